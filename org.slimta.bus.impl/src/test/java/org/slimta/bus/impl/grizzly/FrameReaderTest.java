package org.slimta.bus.impl.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/** Bytes that arrive become frames or are kept, are counted and are timed; without a socket. */
class FrameReaderTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT = 1 << 20;

    private final AtomicLong now = new AtomicLong(SECOND);
    private final List<String> events = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget(LIMIT, new ManualTimer(), each -> {});
    private final MemoryBudget.Account account = budget.newAccount();
    private Runnable onFrame = () -> {};
    private boolean takesRejected = true;

    private final MemoryHolder holder = new MemoryHolder() {

        @Override
        public long pendingBytes() {
            return reader().arrivingBytes();
        }

        @Override
        public boolean isStalled(long bytes, long since) {
            return false;
        }

        @Override
        public long frameStart() {
            return 0;
        }

        @Override
        public Set<PauseReason> pauseReasons() {
            return reader().gate().reasons();
        }

        @Override
        public void resume() {
            reader().resume(PauseReason.MEMORY);
        }

        @Override
        public void probe() {}

        @Override
        public void giveUp(String why) {}
    };

    private final FrameReader.Source source = new FrameReader.Source() {

        @Override
        public void setReading(boolean on) {
            events.add(on ? "on" : "off");
        }

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public void onEnd() {
            events.add("end");
        }

        @Override
        public MemoryHolder holder() {
            return holder;
        }
    };

    private final FrameConnection.Listener listener = new FrameConnection.Listener() {

        @Override
        public void onFrame(Frame frame) {
            events.add(new String(frame.xml(), UTF_8));
            onFrame.run();
        }

        @Override
        public boolean onRejectedFrame(RejectedFrameException rejected) {
            events.add("rejected " + rejected.reason());
            return takesRejected;
        }

        @Override
        public void onBadFrame(BusException failure) {
            events.add("bad " + failure.reason());
        }

        @Override
        public void onClosed() {}
    };

    private final FrameReader reader = new FrameReader(
            source, listener, FrameLimits.builder().maxPartSize(2 * LIMIT).build(), budget, account, now::get);

    private FrameReader reader() {
        return reader;
    }

    private static byte[] frame(String xml) {
        return RawPeer.frame(xml);
    }

    private static byte[] frames(String... documents) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(documents).mapToInt(xml -> 6 + xml.length()).sum());
        for (String xml : documents) {
            all.put(frame(xml));
        }
        return all.array();
    }

    private void take(byte[] bytes, int from, int to) {
        reader.take(ByteBuffer.wrap(bytes, from, to - from));
        reader.accountAndThrottle();
    }

    private void take(byte[] bytes) {
        take(bytes, 0, bytes.length);
    }

    private List<String> events() {
        List<String> since = List.copyOf(events);
        events.clear();
        return since;
    }

    @Test
    void whatArrivesWhileItIsNotReadIsKeptInOrder() {
        Random random = new Random(4);
        List<String> expected = new ArrayList<>();
        List<String> read = new ArrayList<>();
        ByteBuffer wire = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 2000; i++) {
            expected.add("<a n='" + "x".repeat(random.nextInt(100)) + "'/>");
            wire.put(frame(expected.get(i)));
        }
        wire.flip();
        onFrame = () -> {
            if (random.nextInt(3) == 0) {
                reader.pause(PauseReason.values()[2 + random.nextInt(3)]);
            }
        };
        while (wire.hasRemaining() || !reader.gate().isOpen()) {
            if (random.nextBoolean() && wire.hasRemaining()) {
                int size = Math.min(wire.remaining(), 1 + random.nextInt(2000));
                take(wire.array(), wire.position(), wire.position() + size);
                wire.position(wire.position() + size);
            } else {
                reader.resume(PauseReason.values()[2 + random.nextInt(3)]);
            }
        }
        events().stream().filter(event -> event.startsWith("<")).forEach(read::add);
        assertEquals(expected, read);
        assertEquals(0, budget.total());
        assertEquals(0, reader.arrivingBytes());
    }

    /**
     * If reading is resumed for one request at a time, a full buffer of small requests is not copied for each of them.
     */
    @Test
    void waitingBytesAreNotCopiedForEachRequestThatIsRead() {
        byte[] many = frames(Collections.nCopies(3000, "<r/>").toArray(String[]::new));
        onFrame = () -> reader.pause(PauseReason.QUEUE_FULL);
        take(many);
        long changes = 0;
        long before = reader.arrivingBytes();
        int frames = 1;
        while (!reader.gate().isOpen()) {
            reader.resume(PauseReason.QUEUE_FULL);
            if (reader.arrivingBytes() != before) {
                before = reader.arrivingBytes();
                changes++; // Memory is allocated again only when most of it was read.
            }
            frames++;
        }
        assertEquals(3001, frames);
        assertTrue(changes < 20, changes + " times");
        assertEquals(0, budget.total());
    }

    @Test
    void theTimeOfAFrameBeginsWithItAndEndsWithIt() {
        byte[] wire = frames("<one/>", "<two/>");
        take(wire, 0, 3);
        assertEquals(now.get(), reader.timer().startOr(-1));
        now.addAndGet(SECOND);
        take(wire, 3, wire.length - 1);
        assertEquals(now.get(), reader.timer().startOr(-1), "that of the second");
        take(wire, wire.length - 1, wire.length);
        assertFalse(reader.timer().hasBegun());
        assertEquals(List.of("<one/>", "<two/>"), events());
    }

    @Test
    void theTimeOfTheFrameBehindOneThatIsRejectedBeginsWithIt() {
        byte[] rejected = Arrays.copyOf(frame("<requests tx='1'/>"), 2000);
        rejected[1] = 2;
        ByteBuffer.wrap(rejected).putInt(24, (int) LIMIT);
        take(rejected);
        assertEquals(List.of("rejected TOO_LARGE"), events());
        assertTrue(reader.isSkipping());
        assertEquals(SECOND, reader.timer().startOr(-1), "it must come to its end in time");
        now.addAndGet(5 * SECOND);
        assertNull(reader.overdue(5 * SECOND, 1000));
        now.addAndGet(1);
        assertNotNull(reader.overdue(5 * SECOND, 1000));
        byte[] rest = new byte[(int) LIMIT - 2000 + 28 + 3];
        rest[rest.length - 2] = 1; // Then another frame begins.
        take(rest);
        assertFalse(reader.isSkipping());
        assertEquals(now.get(), reader.timer().startOr(-1));
        take(frame("<two/>"), 3, 12);
        assertEquals(List.of("<two/>"), events());
        assertFalse(reader.timer().hasBegun());
        assertEquals(0, budget.total());
    }

    @Test
    void theTimeEndsWithAFrameThatIsRejected() {
        byte[] wire = Arrays.copyOf(frame("<requests tx='1'/>"), 28 + (int) LIMIT);
        wire[1] = 2;
        ByteBuffer.wrap(wire).putInt(24, (int) LIMIT);
        take(wire, 0, 28);
        assertTrue(reader.timer().hasBegun());
        take(wire, 28, wire.length);
        assertFalse(reader.timer().hasBegun());
        assertFalse(reader.isSkipping());
    }

    @Test
    void timeInWhichReadingIsPausedDoesNotCount() {
        byte[] wire = frame("<one/>");
        take(wire, 0, 5);
        now.addAndGet(4 * SECOND);
        reader.pause(PauseReason.UNTAKEN_RESPONSES);
        now.addAndGet(100 * SECOND);
        assertNull(reader.overdue(5 * SECOND, 1000));
        reader.resume(PauseReason.UNTAKEN_RESPONSES);
        assertNull(reader.overdue(5 * SECOND, 1000));
        now.addAndGet(2 * SECOND);
        assertNotNull(reader.overdue(5 * SECOND, 1000));
        // The kept bytes are decoded, and reading is paused again at once.
        reader.pause(PauseReason.QUEUE_FULL);
        take(wire, 5, 12);
        take(wire, 0, 5);
        onFrame = () -> reader.pause(PauseReason.IN_FLIGHT);
        reader.resume(PauseReason.QUEUE_FULL);
        now.addAndGet(100 * SECOND);
        assertNull(reader.overdue(5 * SECOND, 1000));
        reader.resume(PauseReason.IN_FLIGHT);
        assertNull(reader.overdue(5 * SECOND, 1000));
        now.addAndGet(6 * SECOND);
        assertNotNull(reader.overdue(5 * SECOND, 1000));
    }

    /** The peer has sent complete requests, and then its end: the requests are not lost. */
    @Test
    void theEndOfThePeerComesAfterWhatItHasSent() {
        onFrame = () -> reader.pause(PauseReason.IN_FLIGHT);
        take(frames("<one/>", "<two/>"));
        reader.peerDone();
        assertEquals(List.of("<one/>", "off"), events());
        reader.resume(PauseReason.IN_FLIGHT);
        assertEquals(List.of("<two/>"), events());
        onFrame = () -> {};
        reader.resume(PauseReason.IN_FLIGHT);
        assertEquals("end", events().get(0));
    }

    @Test
    void aFrameCanBeRejectedForItsMemory() {
        byte[] half = Arrays.copyOf(frame("<requests tx='1'/>"), 500_000);
        half[1] = 2;
        ByteBuffer.wrap(half).putInt(24, 600_000);
        take(half);
        assertTrue(budget.total() >= 499_000);
        assertTrue(reader.reject(new BusException(Reason.OVERLOADED, "no room")));
        assertEquals(List.of("rejected OVERLOADED"), events());
        assertEquals(0, budget.total());
        take(new byte[600_000 - 500_000 + 28]);
        take(frame("<two/>"));
        assertEquals(List.of("<two/>"), events());
        assertFalse(reader.reject(new BusException(Reason.OVERLOADED, "no room")), "there is none");
    }

    @Test
    void aRejectedFrameWithoutAKnownTransactionEndsTheConnection() {
        takesRejected = false;
        byte[] rejected = Arrays.copyOf(frame("<requests tx='1'/>"), 2000);
        rejected[1] = 2;
        ByteBuffer.wrap(rejected).putInt(24, (int) LIMIT);
        take(rejected);
        assertEquals(List.of("rejected TOO_LARGE", "bad TOO_LARGE"), events());
        take(frame("<two/>"));
        assertEquals(List.of(), events());
        assertEquals(0, budget.total());
    }

    @Test
    void withoutRoomInMemoryReadingPausesUntilThereIsSome() {
        MemoryBudget.Account other = budget.newAccount();
        other.add(LIMIT);
        take(frame("<one/>"), 0, 5);
        assertEquals(List.of("off"), events());
        assertTrue(reader.gate().isClosedFor(PauseReason.MEMORY));
        other.close();
        assertEquals(List.of("on"), events());
        take(frame("<one/>"), 5, 12);
        assertEquals(List.of("<one/>"), events());
    }

    @Test
    void ignoredBytesUseNoMemory() {
        reader.pause(PauseReason.QUEUE_FULL);
        take(frame("<one/>"));
        assertTrue(budget.total() > 0);
        reader.ignoreSoon();
        take(frame("<one/>"));
        reader.ignore();
        assertEquals(0, budget.total());
        reader.discardInput();
        assertEquals(List.of("off", "on"), events());
        take(frame("<one/>"));
        assertEquals(List.of(), events());
    }
}
