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

/** The requests of the bus, and the reply to them. */
public final class Mails {

    /** The reply to every mail. */
    public static final Reply OK = new Reply(250, "Ok");

    private static final int TINY_BYTES = 16;
    private static final Map<Payload, List<Message>> MAILS = new EnumMap<>(Payload.class);

    private Mails() {}

    static synchronized List<Message> of(Payload payload) {
        return MAILS.computeIfAbsent(payload, wanted -> switch (wanted) {
            case SMALL, BATCH -> Collections.nCopies(wanted.items(), mail(new byte[TINY_BYTES]));
            case MIB_1, MIB_16 -> List.of(mail(wanted.request()));
        });
    }

    /**
     * Returns a mail whose XML has about 300 bytes.
     *
     * @param contents the contents
     * @return the mail
     */
    public static Message mail(byte[] contents) {
        return new Message(
                new Client("ESMTP", "a.test", "192.0.2.1", "", "mx.test"),
                new Envelope("a@a.test", List.of("b@b.test")),
                Contents.of(contents));
    }
}
