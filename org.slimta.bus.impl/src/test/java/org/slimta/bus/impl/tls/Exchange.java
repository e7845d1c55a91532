package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/**
 * One connection in memory over which both ends send at once, from several threads, until it ends in one of some ways.
 */
final class Exchange {

    /** How it ends. */
    enum Ending {
        /** Each end finishes after it has sent all that it wanted to send. */
        BOTH_WHEN_DONE,
        /** One end finishes while both still send, the other when it has sent all. */
        ONE_EARLY,
        /** Both finish while both still send. */
        BOTH_EARLY,
        /** One end finishes at any time after the beginning, so mostly during the handshake. */
        IN_HANDSHAKE,
        /** Nothing is read or sent any more. */
        ABORT,
        /** It does not end, but everything that both wanted to send has arrived. */
        NONE
    }

    private static final int SENDERS = 2;
    private static final int LARGEST_MESSAGE = 200_000;
    private static final int MOST_UNREAD = 512 << 10;
    private static final int PERIOD = 65_521;
    private static final byte[] PATTERN = new byte[PERIOD + LARGEST_MESSAGE];

    static {
        byte[] period = new byte[PERIOD];
        new Random(1).nextBytes(period);
        for (int i = 0; i < PATTERN.length; i++) {
            PATTERN[i] = period[i % PERIOD];
        }
    }

    /** One end, with what it has sent and received. */
    private final class Side {

        private final MemoryEnd end;
        private final Random random;
        private final int messages;
        private volatile boolean finished;
        private int begun;
        private volatile long sent;
        private volatile long perhapsSent;
        private volatile long received;
        private volatile boolean done;
        private Side other;

        Side(MemoryEnd end, int messages, long seed) {
            this.end = end;
            this.messages = messages;
            this.random = new Random(seed);
            end.onDecrypted(this::check);
        }

        private void check(ByteBuffer bytes) {
            int from = (int) (received % PERIOD);
            int count = bytes.remaining();
            for (int at = 0; at < count; at += LARGEST_MESSAGE) {
                int size = Math.min(LARGEST_MESSAGE, count - at);
                int start = (from + at) % PERIOD;
                int wrong = bytes.slice(at, size)
                        .mismatch(ByteBuffer.wrap(PATTERN, start, size).slice());
                if (wrong >= 0) {
                    throw new AssertionError("byte " + (received + at + wrong) + " is not what was sent; " + this);
                }
            }
            received += count;
        }

        void read() {
            Random pieces = new Random(seed ^ 5);
            while (!over) {
                if (!end.turn(pieces)) {
                    LockSupport.parkNanos(50_000);
                }
            }
        }

        void send() {
            await(() -> end.isSecured() || isLost());
            while (!over && sendOne()) {
                await(() -> other.end.unread() < MOST_UNREAD || finished || isLost());
            }
        }

        /** One thread at a time sends, as a frame writer does. */
        private synchronized boolean sendOne() {
            if (begun >= messages || !end.isSecured() || done) {
                done = true;
                return false;
            }
            begun++;
            int size = switch (random.nextInt(6)) {
                case 0 -> 1 + random.nextInt(16);
                case 1 -> LARGEST_MESSAGE - random.nextInt(LARGEST_MESSAGE / 2);
                case 2 -> (16 << 10) - 1 + random.nextInt(3);
                default -> 1 + random.nextInt(4000);
            };
            ByteBuffer message = ByteBuffer.wrap(PATTERN, (int) (sent % PERIOD), size);
            perhapsSent = sent + size;
            try {
                end.layer.send(message);
            } catch (SSLException e) {
                done = true;
                boolean mayFail = finished || isLost() || ending == Ending.ABORT || other.finished && !halfCloses;
                if (!mayFail) {
                    throw new AssertionError("cannot send, " + this, e);
                }
                if (halfCloses && finished) {
                    perhapsSent = sent; // Its end comes after what was sent, or before, but not into it.
                }
                return false;
            }
            sent += size;
            return true;
        }

        void finish() {
            finished = true;
            end.layer.finish();
        }

        private boolean hasAll() {
            return other.done && received == other.sent;
        }

        private boolean isLost() {
            return over || end.insecure() != null || ending == Ending.IN_HANDSHAKE && (finished || other.finished);
        }

        @Override
        public String toString() {
            return "secured " + end.isSecured() + ", sent " + sent + " or " + perhapsSent + " in " + begun + " of "
                    + messages
                    + ", received " + received + ", finished " + finished + ", peer done " + end.isPeerDone()
                    + ", insecure "
                    + end.insecure() + ", held " + end.isHeld() + " " + end.layer.bufferedBytes() + ", unread "
                    + end.unread();
        }
    }

    private final long seed;
    private final Ending ending;
    private final boolean halfCloses;
    private final Side server;
    private final Side client;
    private volatile boolean over;

    private Exchange(
            Certified tls, TlsBuffers buffers, ExecutorService handshakes, long seed, Ending ending, int... messages) {
        this.seed = seed;
        this.ending = ending;
        halfCloses = tls.server().options().protocols().contains("TLSv1.3");
        server = new Side(new MemoryEnd(tls.server(), buffers, handshakes), messages[0], seed ^ 1);
        client = new Side(new MemoryEnd(tls.client(), buffers, handshakes), messages[1], seed ^ 2);
        server.other = client;
        client.other = server;
        MemoryEnd.join(server.end, client.end);
    }

    /**
     * Creates a connection of random length that ends in a random way.
     *
     * @param tls the certificates of both ends
     * @param buffers the buffers of both ends
     * @param handshakes runs the tasks of handshakes
     * @param seed the seed of everything that is random
     */
    static Exchange random(Certified tls, TlsBuffers buffers, ExecutorService handshakes, long seed) {
        Random random = new Random(seed);
        Ending ending = Ending.values()[random.nextInt(Ending.values().length)];
        int most = 1 + random.nextInt(60);
        return new Exchange(tls, buffers, handshakes, seed, ending, random.nextInt(most), random.nextInt(most));
    }

    /** A connection over which much is sent in both directions. */
    static Exchange longOne(Certified tls, TlsBuffers buffers, ExecutorService handshakes, long seed) {
        return new Exchange(tls, buffers, handshakes, seed, Ending.NONE, 600, 600);
    }

    /** The number of records that were sent. */
    long records() {
        return server.end.records() + client.end.records();
    }

    /** The number of control records among them. */
    long ownRecords() {
        return server.end.ownRecords() + client.end.ownRecords();
    }

    /** Runs the connection to its end, and checks the outcome. */
    void run(ExecutorService threads) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try {
            client.end.resumeReading(client.end.layer::start);
            for (Side side : List.of(server, client)) {
                all.add(threads.submit(side::read));
                for (int i = 0; i < SENDERS; i++) {
                    all.add(threads.submit(side::send));
                }
            }
            end(new Random(seed ^ 3), all);
        } finally {
            over = true;
            for (Future<?> each : all) {
                get(each);
            }
        }
        check();
    }

    private void end(Random random, List<Future<?>> all) throws Exception {
        Side one = random.nextBoolean() ? server : client;
        long early = random.nextInt(1 + one.messages);
        switch (ending) {
            case BOTH_WHEN_DONE -> {
                await(() -> one.done && one.end.isSecured(), all);
                one.finish();
                finishWhenDone(one.other, all);
            }
            case ONE_EARLY -> {
                await(() -> one.end.isSecured() && one.begun >= early, all);
                one.finish();
                finishWhenDone(one.other, all);
            }
            case BOTH_EARLY -> {
                await(() -> one.end.isSecured() && one.other.end.isSecured() && one.begun >= early, all);
                one.finish();
                one.other.finish();
            }
            case IN_HANDSHAKE -> {
                long until = System.nanoTime() + random.nextInt(10_000_000);
                await(() -> System.nanoTime() - until > 0, all);
                one.finish();
                await(() -> isQuiet(), all);
                return;
            }
            case NONE -> {
                await(() -> server.hasAll() && client.hasAll() && isQuiet(), all);
                return;
            }
            default -> {
                await(() -> one.begun >= early || one.done, all);
                return;
            }
        }
        await(() -> server.end.isPeerDone() && client.end.isPeerDone() && isQuiet(), all);
    }

    private void finishWhenDone(Side side, List<Future<?>> all) throws Exception {
        await(() -> side.done && side.end.isSecured() && (halfCloses || side.end.isPeerDone()), all);
        side.finish();
    }

    /** Whether neither end has anything to do: the last action of one may give the other something to do. */
    private boolean isQuiet() {
        return server.end.isIdle() && client.end.isIdle() && server.end.isIdle() && client.end.isIdle();
    }

    private void check() {
        for (Side side : List.of(server, client)) {
            assertFalse(side.end.hasThrown(), this::toString);
            long least = ending == Ending.ABORT || ending == Ending.IN_HANDSHAKE ? 0 : side.other.sent;
            assertTrue(
                    side.received >= least && side.received <= side.other.perhapsSent,
                    () -> "of what the other has sent something else arrived; " + this);
            if (ending != Ending.ABORT && ending != Ending.IN_HANDSHAKE) {
                assertNull(side.end.insecure(), this::toString);
                assertEquals(0, side.end.layer.bufferedBytes(), this::toString);
                assertEquals(0, side.end.controlBacklog(), this::toString);
                assertEquals(0, side.end.unread(), this::toString);
            }
        }
    }

    private void await(BooleanSupplier condition, List<Future<?>> all) throws Exception {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            for (Future<?> each : all) {
                if (each.isDone()) {
                    each.get();
                }
            }
            if (ending != Ending.IN_HANDSHAKE) {
                assertNull(server.end.insecure(), this::toString);
                assertNull(client.end.insecure(), this::toString);
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new TimeoutException("it does not end; " + this);
            }
            LockSupport.parkNanos(50_000);
        }
    }

    private void await(BooleanSupplier condition) {
        while (!over && !condition.getAsBoolean()) {
            LockSupport.parkNanos(50_000);
        }
    }

    private void get(Future<?> each) throws Exception {
        try {
            each.get(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException("a thread does not end; " + this);
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + ending + "\nserver: " + server + "\nclient: " + client;
    }
}
