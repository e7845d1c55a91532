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
 * A client is answered with bytes over a socket. Each of its transactions ends in time, with responses or one failure, the
 * first with what the bytes say; then a good client of another server is still answered.
 */
public final class ClientTarget {

    private static final MailServer GOOD = MailServer.open();
    private static final RawServer RAW = RawServer.open();
    private static final Duration BRIEF = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final String OPEN = "";
    private static final String UNKNOWN = "unknown";

    private ClientTarget() {}

    /** What a server does after it has answered. */
    private enum Manner {
        CLOSE,
        HALF_CLOSE,
        WAIT
    }

    /** A server that reads a frame and answers with whatever is tried, on every connection. */
    private static final class RawServer {

        private final ServerSocket socket;
        private volatile byte[] answer = {};
        private volatile Manner manner = Manner.CLOSE;

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
                    byte[] now = answer;
                    Manner then = manner;
                    start(() -> serve(accepted, now, then));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private static void serve(Socket accepted, byte[] answer, Manner then) {
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
                accepted.getOutputStream().write(answer);
                if (then == Manner.HALF_CLOSE) {
                    accepted.shutdownOutput();
                }
                while (then != Manner.CLOSE && accepted.getInputStream().read(bytes) >= 0) {
                    // Whatever else it says is not answered.
                }
            } catch (BusException e) {
                throw new IllegalStateException("the client sent what is no frame", e);
            } catch (IOException e) {
                // The client has ended it, as it may.
            }
        }
    }

    /**
     * Tries some bytes.
     *
     * @param input the bytes that a server sends, or a {@link Sketch} of them
     * @throws InterruptedException if the thread was interrupted
     */
    public static void fuzzerTestOneInput(byte[] input) throws InterruptedException {
        byte[] bytes = Sketch.frames(input);
        String expected = expected(bytes);
        int number = new Random(Arrays.hashCode(input)).nextInt(16);
        boolean mayWait = !expected.equals(OPEN) && !expected.equals(UNKNOWN);
        Manner manner = number == 0 || mayWait && number < 4 ? Manner.WAIT : number < 8 ? Manner.HALF_CLOSE : Manner.CLOSE;
        RAW.answer = bytes;
        RAW.manner = manner;
        Duration timeout = manner == Manner.WAIT && !mayWait ? BRIEF : LONG;
        try (BusClient<Message, Reply> client = GOOD.newClient(RAW.socket.getLocalPort(), timeout)) {
            String outcome = send(client, timeout);
            if (expected.equals(OPEN)) {
                Reason reason = manner == Manner.WAIT ? Reason.TIMEOUT : Reason.CLOSED;
                Broken.unlessSame(reason.toString(), outcome, "what became of a transaction without an answer");
            } else if (!expected.equals(UNKNOWN)) {
                Broken.unlessSame(expected, outcome, "what became of the transaction");
            }
            if (manner != Manner.WAIT) {
                send(client, timeout);
            }
        }
        GOOD.checkGoodClient();
    }

    private static String send(BusClient<Message, Reply> client, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        ClientTransaction<Reply> transaction = client.sendRequest(List.of(MailServer.mail()));
        String outcome = outcome(transaction);
        Broken.unlessSame(outcome, outcome(transaction), "what is received a second time");
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

    /** What becomes of the first transaction of a client, by the wire page. */
    private static String expected(byte[] input) {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        ByteBuffer bytes = ByteBuffer.wrap(input);
        try {
            for (Frame frame = decoder.decode(bytes); frame != null; frame = decoder.decode(bytes)) {
                FrameHeader head = Documents.USUAL.heads().read(frame);
                switch (head.envelope()) {
                    case REQUESTS -> {
                        return Reason.MALFORMED.toString();
                    }
                    case RESPONSES -> {
                        if (head.tx() > 1) {
                            return Reason.MALFORMED.toString();
                        }
                        String outcome = MailTarget.outcomeOf(head, frame);
                        return Character.isDigit(outcome.charAt(0)) && !outcome.equals("1")
                                ? Reason.MISMATCH.toString()
                                : outcome;
                    }
                    case CONTROL -> {
                        if ("true".equals(head.control().get("drain"))) {
                            return UNKNOWN;
                        }
                    }
                }
            }
        } catch (BusException e) {
            return e.reason().toString();
        }
        return OPEN;
    }
}
