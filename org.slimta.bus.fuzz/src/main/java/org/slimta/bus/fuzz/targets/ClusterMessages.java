package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.spi.Frames;

/** Messages that a hostile end of a cluster sends: most have a right subject, and contents that are nearly right. Not thread-safe. */
final class ClusterMessages {

    private static final List<String> WORDS = List.of(
            "hello",
            "room",
            "node",
            "bye",
            "ask",
            "epoch",
            "working",
            "unknown",
            "forgotten",
            "back",
            "cancel",
            "wanted",
            "yes",
            "no",
            "offer",
            "size",
            "credit",
            "got",
            "upto",
            "who",
            "tx",
            "ttl",
            "error",
            "message",
            "ack");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "100",
            "4096",
            "131072",
            "300000",
            "2097152",
            "2147483648",
            "999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-1",
            " 1 2 3 ",
            "1 1 1 1",
            "01",
            "");

    private final Script script;
    private final Subjects subjects;
    private final byte[] frame; // Of a mail, for a server.

    ClusterMessages(Script script, Subjects subjects, byte[] frame) {
        this.script = script;
        this.subjects = subjects;
        this.frame = frame;
    }

    /** A message to a server, from a client. */
    Message toServer(String sid, String client) {
        return switch (script.number(6)) {
            case 0 -> new Message(subjects.server(sid), client + number(), data(), 0);
            case 1 -> new Message(subjects.server(sid), Subjects.control(client, sid), control(), 0);
            case 2 -> new Message(subjects.offers(sid), Subjects.offered(client, small()), control(), 0);
            case 3 -> new Message(subjects.chunks(sid, number()), Subjects.chunkOf(client, small()), data(), 0);
            case 4 -> new Message(subjects.who(), client + number(), control(), 0);
            default -> new Message(subjects.server(sid), script.string(), data(), 0);
        };
    }

    /** A message to a client, as a server, or the cluster, would send it. */
    Message toClient(String client, String sid) {
        return switch (script.number(8)) {
            case 0 -> new Message(client + small() + "." + number(), null, data(), 0);
            case 1, 2 -> new Message(Subjects.control(client, sid), null, control(), 0);
            case 3 -> new Message(Subjects.chunks(client, number(), number()), null, data(), 0);
            case 4 -> new Message(client + small(), null, new byte[0], Message.NO_RESPONDERS);
            case 5 -> new Message(Subjects.offered(client, small()), null, new byte[0], Message.NO_RESPONDERS);
            case 6 -> new Message(subjects.news(), null, control(), 0);
            default -> new Message(client + script.string(), null, data(), 0);
        };
    }

    private long small() {
        return script.number(5);
    }

    private String number() {
        return NUMBERS.get(script.number(NUMBERS.size()));
    }

    private byte[] control() {
        if (script.number(8) == 0) {
            return data();
        }
        String[] attributes = new String[2 * (1 + script.number(4))];
        for (int i = 0; i < attributes.length; i += 2) {
            attributes[i] = WORDS.get((script.number(WORDS.size()) + i) % WORDS.size());
            attributes[i + 1] = number();
        }
        for (int i = 2; i < attributes.length; i += 2) { // A document must not have an attribute twice.
            if (List.of(attributes).subList(0, i).contains(attributes[i])) {
                return Frames.control(Arrays.copyOf(attributes, i));
            }
        }
        return Frames.control(attributes);
    }

    private byte[] data() {
        return switch (script.number(5)) {
            case 0 -> frame;
            case 1 -> Arrays.copyOf(frame, script.number(256) * frame.length / 255);
            case 2 -> Sketch.frames(("\0\0" + script.string()).getBytes(UTF_8));
            case 3 ->
                Sketch.frames(("\0\0<responses tx=\"" + small() + "\"><reply/></responses>" + script.string())
                        .getBytes(UTF_8));
            default -> script.string().getBytes(UTF_8);
        };
    }
}
