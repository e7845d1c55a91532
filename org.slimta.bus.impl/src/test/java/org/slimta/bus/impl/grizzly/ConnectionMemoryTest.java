package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.wire.Frame;

/** What a connection reports of its memory, and what it is made to do about it; without a socket. */
class ConnectionMemoryTest {

    private static final int KIB = 1 << 10;

    private final AtomicLong now = new AtomicLong(1000);
    private final List<String> actions = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget(1 << 20, new ManualTimer(), each -> {});
    private final MemoryBudget.Account account = budget.newAccount();

    private final FrameReader.Source source = new FrameReader.Source() {

        @Override
        public void setReading(boolean on) {}

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public void onEnd() {}

        @Override
        public MemoryBudget.Holder holder() {
            return memory();
        }
    };

    private final FrameConnection.Listener listener = new FrameConnection.Listener() {

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public void onBadFrame(BusException failure) {}

        @Override
        public void onClosed() {}
    };

    private final ConnectionMemory.Control control = new ConnectionMemory.Control() {

        @Override
        public void resumeReading() {
            actions.add("resume");
        }

        @Override
        public void probe() {
            actions.add("probe");
        }

        @Override
        public void release(BusException failure) {
            actions.add(failure.reason() + " " + failure.getMessage());
        }
    };

    private final FrameReader reader =
            new FrameReader(source, listener, FrameLimits.defaults(), budget, account, now::get);
    private final FrameQueue queue = new FrameQueue(account, () -> {}, now::get);
    private final ConnectionMemory memory = new ConnectionMemory(reader, queue, control);

    private ConnectionMemory memory() {
        return memory;
    }

    /** All but the end of a frame arrives. */
    private void arrive(int size) {
        byte[] frame = RawPeer.frame("<a>" + "x".repeat(size) + "</a>");
        reader.noteArrival();
        reader.take(ByteBuffer.wrap(Arrays.copyOf(frame, frame.length - 1)));
        reader.accountAndThrottle();
    }

    @Test
    void countsWhatArrivesWhatIsQueuedAndWhatIsDeferred() {
        assertEquals(0, memory.pendingBytes());
        arrive(100 * KIB);
        long arriving = memory.pendingBytes();
        assertTrue(arriving >= 100 * KIB, arriving + " bytes");
        StubFrame frame = StubFrame.of("<a/>");
        queue.add(frame);
        memory.addDeferred(500);
        assertEquals(arriving + FrameQueue.weight(frame) + 500, memory.pendingBytes());
        memory.addDeferred(-500);
        assertEquals(arriving + FrameQueue.weight(frame), memory.pendingBytes());
    }

    @Test
    void aFrameThatStopsArrivingIsStalledUnlessThisEndDoesNotRead() {
        arrive(100 * KIB);
        long since = now.get() + 1;
        assertFalse(memory.isStalled(32 * KIB, now.get()), "something has arrived since");
        assertTrue(memory.isStalled(32 * KIB, since));
        assertFalse(memory.isStalled(200 * KIB, since), "it is not that much");
        reader.pause(PauseReason.MEMORY);
        assertTrue(memory.isStalled(32 * KIB, since), "the budget itself does not excuse it: it is probed");
        reader.pause(PauseReason.QUEUE_FULL);
        assertFalse(memory.isStalled(32 * KIB, since));
        assertEquals(Set.of(PauseReason.MEMORY, PauseReason.QUEUE_FULL), memory.pauseReasons());
    }

    @Test
    void responsesThatThePeerDoesNotReadAreStalled() {
        memory.addDeferred(100 * KIB);
        long since = now.get() + 1;
        assertFalse(memory.isStalled(32 * KIB, since), "nothing waits to be sent");
        queue.add(StubFrame.of("<a/>"));
        assertTrue(memory.isStalled(32 * KIB, since));
        now.addAndGet(5);
        queue.sent(1);
        assertFalse(memory.isStalled(32 * KIB, since), "some of it has left since");
    }

    @Test
    void knowsWhetherMostOfItIsArriving() {
        arrive(100 * KIB);
        assertTrue(memory.isMostlyArriving());
        memory.addDeferred(1 << 20);
        assertFalse(memory.isMostlyArriving());
    }

    @Test
    void theFrameBeganWhenItsFirstByteArrived() {
        now.set(2000);
        arrive(100);
        now.set(3000);
        reader.noteArrival();
        assertEquals(2000, memory.frameStart());
        reader.ignore();
        assertEquals(3000, memory.frameStart(), "without a frame: when something arrived last");
    }

    @Test
    void passesOnWhatTheBudgetAsksFor() {
        memory.resume();
        memory.probe();
        memory.giveUp("it is needed");
        assertEquals(List.of("resume", "probe", Reason.OVERLOADED + " it is needed"), actions);
    }
}
