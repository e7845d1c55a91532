package org.slimta.bus.bench.contestant;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** The requests of the bus and the reply to them. */
public final class Mails {

    /** What is said to every mail. */
    public static final Reply OK = new Reply(250, "Ok");

    private static final int TINY = 16;
    private static final Map<Payload, List<Message>> MAILS = new EnumMap<>(Payload.class);

    private Mails() {}

    static synchronized List<Message> of(Payload payload) {
        return MAILS.computeIfAbsent(payload, wanted -> switch (wanted) {
            case SMALL, BATCH -> Collections.nCopies(wanted.items(), mail(new byte[TINY]));
            case MIB_1, MIB_16 -> List.of(mail(wanted.request()));
        });
    }

    /**
     * A mail whose XML has some 300 bytes.
     *
     * @param contents what is in it
     * @return the mail
     */
    public static Message mail(byte[] contents) {
        return new Message(
                new Client("ESMTP", "a.test", "192.0.2.1", "", "mx.test"),
                new Envelope("a@a.test", List.of("b@b.test")),
                Contents.of(contents));
    }
}
