package org.slimta.bus.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A server gets bytes over a socket. It answers what is in them as it should, once each, and closes when it must; then a good
 * client is still answered. Now and then they come once more, and end in a close, a half-close or a reset.
 */
public final class ServerTarget {

    private static final MailServer SERVER = MailServer.open();
    private static final long LONG = Duration.ofMinutes(1).toMillis();

    private ServerTarget() {}

    /**
     * What a server must answer to some bytes.
     *
     * @param answers the answers, sorted
     * @param brief the numbers of the transactions that may have expired, or not
     * @param kept whether the client has shown that it keeps connections
     * @param ends whether the server ends the connection by itself
     */
    private record Expected(List<String> answers, Set<Long> brief, boolean kept, boolean ends) {

        /** Whether it cannot be known what is answered: one that cannot be told may have expired. */
        boolean isVague() {
            return brief.contains(0L);
        }
    }

    /**
     * Tries some bytes.
     *
     * @param input the bytes that a client sends, or a {@link Sketch} of them
     * @throws IOException if the server cannot be reached
     * @throws InterruptedException if the thread was interrupted
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, InterruptedException {
        byte[] bytes = Sketch.frames(input);
        Random random = new Random(Arrays.hashCode(input));
        try (Socket socket = SERVER.connect()) {
            checkAnswers(bytes, socket, random);
        }
        int manner = random.nextInt(8);
        if (manner < 3) {
            breakOff(bytes, manner, random);
        }
        SERVER.checkGoodClient();
    }

    /** Goes without waiting for answers: by a close, a half-close or a reset. */
    private static void breakOff(byte[] input, int manner, Random random) throws IOException {
        try (Socket socket = SERVER.connect()) {
            send(input, socket, random);
            if (manner == 1) {
                socket.shutdownOutput();
                readToEnd(socket.getInputStream());
            } else if (manner == 2) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    /** A server that refuses something may close before all is written. */
    private static void send(byte[] input, Socket socket, Random random) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            int cut = input.length < 2 ? input.length : 1 + random.nextInt(input.length - 1);
            out.write(input, 0, cut);
            out.write(input, cut, input.length - cut);
        } catch (SocketException e) {
            // It will be seen whether it had a reason.
        }
    }

    private static void checkAnswers(byte[] input, Socket socket, Random random) throws IOException {
        Expected expected = expected(input);
        send(input, socket, random);
        List<String> answers = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        InputStream in = socket.getInputStream();
        boolean reset = false;
        while (answers.size() < expected.answers.size() || expected.ends) {
            byte[] bytes = new byte[8192];
            int length = 0;
            try {
                length = in.read(bytes);
            } catch (SocketException e) {
                reset = true;
            }
            if (length <= 0) {
                break;
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            for (Frame frame = next(decoder, buffer); frame != null; frame = next(decoder, buffer)) {
                answers.add(told(frame, expected.brief));
            }
        }
        answers.sort(null);
        // Who does not keep connections and goes on after a request may have it reset, and the answer may be lost by that.
        boolean mayBeLost = reset && !expected.kept || expected.isVague();
        Broken.unless(
                mayBeLost || expected.answers.equals(answers),
                () -> "the server answers otherwise\nexpected: " + expected.answers + "\nanswers:  " + answers);
        if (!expected.ends) {
            socket.shutdownOutput();
        }
        readToEnd(in);
    }

    private static Frame next(FrameDecoder decoder, ByteBuffer bytes) {
        try {
            return decoder.decode(bytes);
        } catch (BusException e) {
            throw new IllegalStateException("the server sent what is no frame", e);
        }
    }

    private static void readToEnd(InputStream in) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            // An end too.
        }
        Wire.decode(rest.toByteArray()).forEach(frame -> told(frame, Set.of()));
    }

    /** What a frame of the server says. */
    private static String told(Frame frame, Set<Long> brief) {
        try {
            FrameHeader head = Documents.USUAL.heads().read(frame);
            return switch (head.envelope()) {
                case CONTROL -> head.control().toString();
                case RESPONSES -> answer(head.tx(), MailTarget.outcomeOf(head, frame), brief);
                case REQUESTS -> throw new IllegalStateException("the server sent requests");
            };
        } catch (BusException e) {
            throw new IllegalStateException("the server sent what cannot be read", e);
        }
    }

    private static String answer(long tx, String outcome, Set<Long> brief) {
        return "answer to " + tx + ": " + (brief.contains(tx) ? "any" : outcome);
    }

    /** By the wire page, parts A and B. */
    private static Expected expected(byte[] input) {
        Expecting expecting = new Expecting();
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        ByteBuffer bytes = ByteBuffer.wrap(input);
        boolean more = true;
        while (more && !expecting.ends) {
            try {
                Frame frame = decoder.decode(bytes);
                if (frame != null) {
                    expecting.add(frame);
                }
                more = frame != null || bytes.hasRemaining();
            } catch (RejectedFrameException e) {
                expecting.addFailure(e.start(), e);
                if (!e.isSkipped()) {
                    expecting.drain();
                }
            } catch (BusException e) {
                expecting.ends = true;
            }
        }
        return expecting.finish();
    }

    /** What is expected after some of the frames. */
    private static final class Expecting {

        private final List<String> answers = new ArrayList<>();
        private final Set<Long> brief = new HashSet<>();
        private final Map<Long, List<String>> outcomes = new TreeMap<>();
        private boolean kept;
        private boolean ends;

        void add(Frame frame) {
            FrameHeader head;
            try {
                head = Documents.USUAL.heads().read(frame);
            } catch (BusException e) {
                addFailure(frame.xml(), e);
                return;
            }
            if (head.envelope() == Envelope.REQUESTS) {
                kept |= head.tx() > 0;
                ends = head.tx() == 0;
                if (head.ttl() >= 0 && head.ttl() < LONG) {
                    brief.add(head.tx());
                }
                addOutcome(head.tx(), MailTarget.outcomeOf(head, frame));
            } else if (head.envelope() == Envelope.RESPONSES || !kept) {
                ends = true;
            } else if (head.control().containsKey("ping")) {
                answers.add(Map.of("pong", head.control().get("ping")).toString());
            }
        }

        /** Of a frame that cannot be taken only the number is known, if that; null if that was told before. */
        void addFailure(byte[] start, BusException failure) {
            FrameHeader head = start == null ? null : Documents.USUAL.heads().readStart(start);
            if (head != null && head.envelope() == Envelope.REQUESTS && head.tx() > 0) {
                kept = true;
                addOutcome(head.tx(), failure.reason().toString());
            } else {
                ends |= start != null;
            }
        }

        void drain() {
            if (!ends) {
                answers.addAll(List.of("{drain=true}", "{drain=true}"));
            }
            ends = true;
        }

        private void addOutcome(long tx, String outcome) {
            outcomes.computeIfAbsent(tx, number -> new ArrayList<>()).add(outcome);
        }

        Expected finish() {
            outcomes.forEach((tx, all) -> all.stream()
                    .filter(outcome -> tx > 0 || Character.isDigit(outcome.charAt(0)))
                    .forEach(outcome -> answers.add(answer(tx, outcome, brief))));
            answers.sort(null);
            return new Expected(answers, brief, kept, ends);
        }
    }
}
