package org.slimta.bus.demo.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Delivers a message to all of its recipients, or to none. */
public final class Delivery {

    /** The maximum length of an address. Source: RFC 5321, section 4.5.3.1.3. */
    private static final int MAX_ADDRESS_CHARACTERS = 254;

    private static final int MAX_SHOWN_CHARACTERS = 60;
    private static final String QUOTED = "\"(?:[^\"\\\\\\p{Cntrl}]|\\\\[^\\p{Cntrl}])*\"";
    private static final String UNQUOTED = "[^\\s/\\\\@.\"][^\\s/\\\\@\"]*";
    private static final Pattern MAILBOX = Pattern.compile("(?:" + QUOTED + "|" + UNQUOTED + ")@[^\\s/\\\\@]+");

    private final Maildir maildir;
    private final Set<String> locked;

    /**
     * Delivers into Maildirs below a folder.
     *
     * @param folder the folder
     * @param locked mailboxes that accept no mail at the moment
     */
    public Delivery(Path folder, Set<String> locked) {
        this(new Maildir(folder), locked);
    }

    Delivery(Maildir maildir, Set<String> locked) {
        this.maildir = maildir;
        this.locked = locked;
    }

    /**
     * Delivers a message.
     *
     * @param message the message
     * @return the reply
     */
    public Reply deliver(Message message) {
        if (message.envelope().recipients().isEmpty()) {
            return new Reply(550, "5.1.3 the message has no recipient");
        }
        for (String recipient : message.envelope().recipients()) {
            if (recipient.length() > MAX_ADDRESS_CHARACTERS || !Maildir.canHold(recipient)) {
                String start = recipient.substring(0, Math.min(recipient.length(), MAX_SHOWN_CHARACTERS));
                return new Reply(550, "5.1.3 <" + start + "...> is too long for the address of a mailbox");
            }
            if (!MAILBOX.matcher(recipient).matches()) {
                return new Reply(550, "5.1.3 <" + recipient + "> is not a valid address of a mailbox");
            }
            if (recipient.endsWith(".invalid")) {
                return new Reply(550, "5.1.2 <" + recipient + ">: no such domain");
            }
            if (locked.contains(recipient)) {
                return new Reply(450, "4.2.1 <" + recipient + ">: the mailbox is locked, try again later");
            }
        }
        List<Copy> copies = new ArrayList<>();
        try {
            for (String recipient : message.envelope().recipients()) {
                copies.add(maildir.write(recipient, message.id(), message.contents()));
            }
            for (Copy copy : copies) {
                copy.deliver();
            }
        } catch (IOException e) {
            return new Reply(450, "4.3.0 cannot deliver the message at the moment: " + e);
        } finally {
            copies.forEach(Copy::discard);
        }
        return new Reply(
                250, "2.0.0 delivered to " + message.envelope().recipients().size() + " mailbox(es)");
    }
}
