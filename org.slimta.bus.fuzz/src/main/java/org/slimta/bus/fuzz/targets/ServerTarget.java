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
 * A server receives bytes over a socket. It responds to each transaction and ping in them once and correctly, and
 * closes when it must. Afterwards a well-behaved client still gets responses. Some inputs are sent again, and end with
 * a close, a half-close or a reset.
 */
public final class ServerTarget {

    private static final MailServer SERVER = MailServer.open();
    private static final long LONG_TTL_MILLIS = Duration.ofMinutes(1).toMillis();

    private ServerTarget() {}

    /**
     * What a server must respond to an input.
     *
     * @param responses the responses and pongs, sorted
     * @param brief the numbers of the transactions that may or may not have expired
     * @param kept whether the client has shown that it keeps connections
     * @param ends whether the server closes the connection by itself
     */
    private record Expected(List<String> responses, Set<Long> brief, boolean kept, boolean ends) {

        /** Whether the responses are not known: a transaction without a number may have expired. */
        boolean isUnknown() {
            return brief.contains(0L);
        }
    }

    /**
     * Tests one input.
     *
     * @param input the bytes that a client sends, or a {@link Sketch} of them
     * @throws IOException if the server cannot be reached
     * @throws InterruptedException if the thread was interrupted
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, InterruptedException {
        byte[] bytes = Sketch.frames(input);
        Random random = new Random(Arrays.hashCode(input));
        try (Socket socket = SERVER.connect()) {
            checkResponses(bytes, socket, random);
        }
        int ending = random.nextInt(8);
        if (ending < 3) {
            breakOff(bytes, ending, random);
        }
        SERVER.checkGoodClient();
    }

    /** Sends the input and ends the connection without waiting for responses: by a close, a half-close or a reset. */
    private static void breakOff(byte[] input, int ending, Random random) throws IOException {
        try (Socket socket = SERVER.connect()) {
            send(input, socket, random);
            if (ending == 1) {
                socket.shutdownOutput();
                readToEnd(socket.getInputStream());
            } else if (ending == 2) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    /** Sends the input. A server that refuses a part of it may close the connection before everything is written. */
    private static void send(byte[] input, Socket socket, Random random) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            int cut = input.length < 2 ? input.length : 1 + random.nextInt(input.length - 1);
            out.write(input, 0, cut);
            out.write(input, cut, input.length - cut);
        } catch (SocketException e) {
            // The caller checks whether the server was right to close.
        }
    }

    private static void checkResponses(byte[] input, Socket socket, Random random) throws IOException {
        Expected expected = expected(input);
        send(input, socket, random);
        List<String> responses = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        InputStream in = socket.getInputStream();
        boolean reset = false;
        while (responses.size() < expected.responses.size() || expected.ends) {
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
                responses.add(textOf(frame, expected.brief));
            }
        }
        responses.sort(null);
        // The connection of a client that does not keep connections and sends more after a request may be reset, and
        // then the response may be lost.
        boolean mayBeLost = (reset && !expected.kept) || expected.isUnknown();
        Broken.unless(
                mayBeLost || expected.responses.equals(responses),
                () -> "wrong responses of the server\nexpected: " + expected.responses + "\nactual:   " + responses);
        if (!expected.ends) {
            socket.shutdownOutput();
        }
        readToEnd(in);
    }

    private static Frame next(FrameDecoder decoder, ByteBuffer bytes) {
        try {
            return decoder.decode(bytes);
        } catch (BusException e) {
            throw new IllegalStateException("the server sent something that is not a frame", e);
        }
    }

    private static void readToEnd(InputStream in) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            // The connection has ended as well.
        }
        Wire.decode(rest.toByteArray()).forEach(frame -> textOf(frame, Set.of()));
    }

    /** A frame of the server as text. */
    private static String textOf(Frame frame, Set<Long> brief) {
        try {
            FrameHeader header = Documents.DEFAULT.headers().read(frame);
            return switch (header.envelope()) {
                case CONTROL -> header.control().toString();
                case RESPONSES -> response(header.tx(), MailTarget.outcomeOf(header, frame), brief);
                case REQUESTS -> throw new IllegalStateException("the server sent requests");
            };
        } catch (BusException e) {
            throw new IllegalStateException("the server sent a frame that cannot be read", e);
        }
    }

    private static String response(long tx, String outcome, Set<Long> brief) {
        return "response to " + tx + ": " + (brief.contains(tx) ? "any" : outcome);
    }

    /** The expected responses according to docs/wire.md, parts A and B. */
    private static Expected expected(byte[] input) {
        Expectation expectation = new Expectation();
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        ByteBuffer bytes = ByteBuffer.wrap(input);
        boolean more = true;
        while (more && !expectation.ends) {
            try {
                Frame frame = decoder.decode(bytes);
                if (frame != null) {
                    expectation.add(frame);
                }
                more = frame != null || bytes.hasRemaining();
            } catch (RejectedFrameException e) {
                expectation.addFailure(e.start(), e);
                if (!e.isSkipped()) {
                    expectation.drain();
                }
            } catch (BusException e) {
                expectation.ends = true;
            }
        }
        return expectation.finish();
    }

    /** The expected responses to the frames so far. */
    private static final class Expectation {

        private final List<String> responses = new ArrayList<>();
        private final Set<Long> brief = new HashSet<>();
        private final Map<Long, List<String>> outcomes = new TreeMap<>();
        private boolean kept;
        private boolean ends;

        void add(Frame frame) {
            FrameHeader header;
            try {
                header = Documents.DEFAULT.headers().read(frame);
            } catch (BusException e) {
                addFailure(frame.xml(), e);
                return;
            }
            if (header.envelope() == Envelope.REQUESTS) {
                kept |= header.tx() > 0;
                ends = header.tx() == 0;
                if (header.ttl() >= 0 && header.ttl() < LONG_TTL_MILLIS) {
                    brief.add(header.tx());
                }
                addOutcome(header.tx(), MailTarget.outcomeOf(header, frame));
            } else if (header.envelope() == Envelope.RESPONSES || !kept) {
                ends = true;
            } else if (header.control().containsKey("ping")) {
                responses.add(Map.of("pong", header.control().get("ping")).toString());
            }
        }

        /** Adds a frame that is refused, of which at most the start is known; null if its failure was added before. */
        void addFailure(byte[] start, BusException failure) {
            FrameHeader header =
                    start == null ? null : Documents.DEFAULT.headers().readStart(start);
            if (header != null && header.envelope() == Envelope.REQUESTS && header.tx() > 0) {
                kept = true;
                addOutcome(header.tx(), failure.reason().toString());
            } else {
                ends |= start != null;
            }
        }

        void drain() {
            if (!ends) {
                responses.addAll(List.of("{drain=true}", "{drain=true}"));
            }
            ends = true;
        }

        private void addOutcome(long tx, String outcome) {
            outcomes.computeIfAbsent(tx, number -> new ArrayList<>()).add(outcome);
        }

        Expected finish() {
            outcomes.forEach((tx, all) -> all.stream()
                    .filter(outcome -> tx > 0 || Character.isDigit(outcome.charAt(0)))
                    .forEach(outcome -> responses.add(response(tx, outcome, brief))));
            responses.sort(null);
            return new Expected(responses, brief, kept, ends);
        }
    }
}
