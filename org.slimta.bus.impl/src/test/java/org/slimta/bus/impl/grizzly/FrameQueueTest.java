package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/** Frames leave the queue in order and once, or are withdrawn; their memory and their bytes are counted until then. */
class FrameQueueTest {

    private static final int MANY_BYTES = 64 << 10;

    private final AtomicInteger written = new AtomicInteger();
    private final MemoryBudget.Account account = new MemoryBudget(1 << 20, new ManualTimer(), each -> {}).newAccount();
    private final FrameQueue queue = new FrameQueue(account, written::incrementAndGet, System::nanoTime);

    @Test
    void framesComeOutInOrderWithTheirAttributes() {
        byte[] attributes = RootAttributes.response(7);
        StubFrame first = new StubFrame("<a/>", true) {
            @Override
            public byte[] begin() {
                return attributes;
            }
        };
        StubFrame second = StubFrame.of("<b/>");
        queue.add(first);
        queue.add(second);
        assertSame(first, queue.next());
        assertArrayEquals(attributes, queue.rootAttributes());
        assertSame(second, queue.next());
        assertArrayEquals(RootAttributes.NONE, queue.rootAttributes());
        assertNull(queue.next());
    }

    @Test
    void aFrameThatIsNotWantedAnyMoreIsDroppedWhenItsTurnComes() {
        StubFrame wanted = StubFrame.of("<b/>");
        queue.add(StubFrame.unwanted("<a/>"));
        queue.add(wanted);
        queue.add(StubFrame.unwanted("<c/>"));
        assertSame(wanted, queue.next());
        assertNull(queue.nextSmall(MANY_BYTES));
        assertEquals(2, written.get(), "the two that were dropped");
        assertEquals(FrameQueue.weight(wanted), account.bytes());
        queue.release(wanted.encoder().size(), FrameQueue.weight(wanted));
        assertEquals(0, account.bytes());
        assertEquals(0, queue.backlog().size());
    }

    @Test
    void onlyASmallFrameThatFitsJoinsOthers() {
        StubFrame small = StubFrame.of("<a/>");
        StubFrame large = StubFrame.withStream("<large/>", new byte[100]);
        queue.add(small);
        queue.add(large);
        assertNull(queue.nextSmall(small.encoder().room() - 1), "it does not fit");
        assertSame(small, queue.nextSmall(small.encoder().room()));
        assertNull(queue.nextSmall(MANY_BYTES), "the next one is not in memory");
        assertSame(large, queue.next());
    }

    @Test
    void aFrameIsTakenOutOrWithdrawnButNotBoth() {
        QueuedFrame taken = queue.add(StubFrame.of("<a/>"));
        QueuedFrame withdrawn = queue.add(StubFrame.of("<b/>"));
        StubFrame last = StubFrame.of("<c/>");
        queue.add(last);
        assertEquals(3 * FrameQueue.weight(last), queue.heldBytes());
        queue.next();
        taken.withdraw();
        assertEquals(3 * FrameQueue.weight(last), queue.heldBytes(), "it is being written");
        withdrawn.withdraw();
        withdrawn.withdraw();
        assertEquals(2 * FrameQueue.weight(last), queue.heldBytes());
        assertEquals(1, written.get());
        assertSame(last, queue.nextSmall(MANY_BYTES));
    }

    @Test
    void manyThatAreWithdrawnLeaveNoEmptyPlaces() {
        List<QueuedFrame> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(queue.add(StubFrame.of("<a/>")));
        }
        StubFrame last = StubFrame.of("<last/>");
        queue.add(last);
        all.forEach(QueuedFrame::withdraw);
        assertEquals(last.encoder().size(), queue.backlog().size());
        assertSame(last, queue.next());
    }

    @Test
    void whatIsNotCountedHoldsNothing() {
        FrameQueue uncounted = new FrameQueue(null, () -> {}, System::nanoTime);
        uncounted.add(StubFrame.of("<a/>"));
        assertEquals(0, uncounted.heldBytes());
        assertEquals(10, uncounted.backlog().size());
    }
}
