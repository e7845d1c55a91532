package org.slimta.bus.fuzz.targets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * A client receives bytes as a response over a socket. Each of its transactions ends in time, with responses or one
 * failure, the first one as the bytes say. Afterwards a well-behaved client of another server still gets responses.
 */
public final class ClientTarget {

    private static final MailServer GOOD = MailServer.open();
    private static final RawServer RAW = RawServer.open();
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final String UNANSWERED = "";
    private static final String UNKNOWN = "unknown";

    private ClientTarget() {}

    /** What the server does after its response. */
    private enum AfterResponse {
        CLOSE,
        HALF_CLOSE,
        WAIT
    }

    /** A server that reads a frame and responds with the bytes to test, on every connection. */
    private static final class RawServer {

        private final ServerSocket socket;
        private volatile byte[] response = {};
        private volatile AfterResponse then = AfterResponse.CLOSE;

        private RawServer(ServerSocket socket) {
            this.socket = socket;
        }

        static RawServer open() {
            try {
                RawServer server = new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
                start(server::accept);
                return server;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "raw server");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            while (true) {
                try {
                    Socket accepted = socket.accept();
                    byte[] responseNow = response;
                    AfterResponse thenNow = then;
                    start(() -> serve(accepted, responseNow, thenNow));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private static void serve(Socket accepted, byte[] response, AfterResponse then) {
            try (accepted) {
                accepted.setTcpNoDelay(true);
                accepted.setSoTimeout(10_000);
                FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
                byte[] bytes = new byte[8192];
                Frame frame = null;
                while (frame == null) {
                    int count = accepted.getInputStream().read(bytes);
                    if (count < 0) {
                        return;
                    }
                    frame = decoder.decode(ByteBuffer.wrap(bytes, 0, count));
                }
                accepted.getOutputStream().write(response);
                if (then == AfterResponse.HALF_CLOSE) {
                    accepted.shutdownOutput();
                }
                while (then != AfterResponse.CLOSE && accepted.getInputStream().read(bytes) >= 0) {
                    // Whatever else the client sends gets no response.
                }
            } catch (BusException e) {
                throw new IllegalStateException("the client sent something that is not a frame", e);
            } catch (IOException e) {
                // The client has closed the connection, which is allowed.
            }
        }
    }

    /**
     * Tests one input.
     *
     * @param input the bytes that a server sends, or a {@link Sketch} of them
     * @throws InterruptedException if the thread was interrupted
     */
    public static void fuzzerTestOneInput(byte[] input) throws InterruptedException {
        byte[] bytes = Sketch.frames(input);
        String expected = expected(bytes);
        int number = new Random(Arrays.hashCode(input)).nextInt(16);
        boolean mayWait = !expected.equals(UNANSWERED) && !expected.equals(UNKNOWN);
        AfterResponse then = number == 0 || (mayWait && number < 4)
                ? AfterResponse.WAIT
                : number < 8 ? AfterResponse.HALF_CLOSE : AfterResponse.CLOSE;
        RAW.response = bytes;
        RAW.then = then;
        Duration timeout = then == AfterResponse.WAIT && !mayWait ? SHORT_TIMEOUT : LONG_TIMEOUT;
        try (BusClient<Message, Reply> client = GOOD.newClient(RAW.socket.getLocalPort(), timeout)) {
            String outcome = send(client, timeout);
            if (expected.equals(UNANSWERED)) {
                Reason reason = then == AfterResponse.WAIT ? Reason.TIMEOUT : Reason.CLOSED;
                Broken.unlessSame(reason.toString(), outcome, "the outcome of a transaction without a response");
            } else if (!expected.equals(UNKNOWN)) {
                Broken.unlessSame(expected, outcome, "the outcome of the transaction");
            }
            if (then != AfterResponse.WAIT) {
                send(client, timeout);
            }
        }
        GOOD.checkGoodClient();
    }

    private static String send(BusClient<Message, Reply> client, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        ClientTransaction<Reply> transaction = client.sendRequest(List.of(MailServer.mail()));
        String outcome = outcome(transaction);
        Broken.unlessSame(outcome, outcome(transaction), "the outcome when it is received again");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        Broken.unless(millis < timeout.plus(SLACK).toMillis(), () -> "a transaction took " + millis + " ms");
        return outcome;
    }

    private static String outcome(ClientTransaction<Reply> transaction) throws InterruptedException {
        try {
            return Integer.toString(transaction.recvResponse().size());
        } catch (BusException e) {
            return e.reason().toString();
        }
    }

    /** The outcome of the first transaction of a client according to docs/wire.md. */
    private static String expected(byte[] input) {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        ByteBuffer bytes = ByteBuffer.wrap(input);
        try {
            for (Frame frame = decoder.decode(bytes); frame != null; frame = decoder.decode(bytes)) {
                FrameHeader header = Documents.DEFAULT.headers().read(frame);
                switch (header.envelope()) {
                    case REQUESTS -> {
                        return Reason.MALFORMED.toString();
                    }
                    case RESPONSES -> {
                        if (header.tx() > 1) {
                            return Reason.MALFORMED.toString();
                        }
                        String outcome = MailTarget.outcomeOf(header, frame);
                        return Character.isDigit(outcome.charAt(0)) && !outcome.equals("1")
                                ? Reason.MISMATCH.toString()
                                : outcome;
                    }
                    case CONTROL -> {
                        if ("true".equals(header.control().get("drain"))) {
                            return UNKNOWN;
                        }
                    }
                }
            }
        } catch (BusException e) {
            return e.reason().toString();
        }
        return UNANSWERED;
    }
}
