package org.slimta.bus.impl.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.RootAttributes;

/** The frames of one connection leave in order and once, or are withdrawn. */
class FrameWriterTest {

    private final FakeSocket socket = new FakeSocket();
    private final Deque<Runnable> streams = new ArrayDeque<>();
    private final Deque<Runnable> selector = new ArrayDeque<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final FrameQueue queue = new FrameQueue(null, () -> {}, System::nanoTime);
    private final FrameWriter writer = writer(queue, socket, streams::add);

    private FrameWriter writer(FrameQueue frames, FrameWriter.Sink sink, Executor reading) {
        return new FrameWriter(frames, sink, reading, selector::add, closed::incrementAndGet);
    }

    /** Accepts what is written at once, or on demand. */
    private static final class FakeSocket implements FrameWriter.Sink {

        private final FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        private final List<String> frames = new ArrayList<>();
        private boolean full;
        private ByteBuffer waiting;
        private SocketWriter.Listener listener;
        private int pieces;

        @Override
        public void send(ByteBuffer bytes, SocketWriter.Listener sent) {
            assertNull(waiting, "one piece at a time");
            pieces++;
            waiting = bytes;
            listener = sent;
            if (!full) {
                take();
            }
        }

        void take() {
            ByteBuffer bytes = waiting;
            SocketWriter.Listener sent = listener;
            waiting = null;
            try {
                Frame frame;
                while ((frame = decoder.decode(bytes)) != null) {
                    frames.add(new String(frame.xml(), UTF_8));
                }
            } catch (BusException e) {
                throw new AssertionError(e);
            }
            sent.onSent();
        }
    }

    @Test
    void framesThatAreReadyTogetherLeaveInOnePiece() {
        for (int i = 0; i < 100; i++) {
            queue.add(StubFrame.of("<a" + i + "/>"));
        }
        assertTrue(queue.backlog().size() > 0);
        writer.flush();
        assertEquals(100, socket.frames.size());
        assertEquals("<a99/>", socket.frames.get(99));
        assertEquals(1, socket.pieces);
        assertEquals(0, queue.backlog().size());
    }

    @Test
    void waitsUntilOnePieceHasLeft() {
        socket.full = true;
        queue.add(StubFrame.of("<a/>"));
        writer.flush();
        queue.add(StubFrame.of("<b/>"));
        writer.flush();
        assertEquals(1, socket.pieces);
        socket.full = false;
        socket.take();
        assertEquals(List.of("<a/>", "<b/>"), socket.frames);
    }

    @Test
    void aFrameThatIsNotWantedWhenItsTurnComesDoesNotLeave() {
        queue.add(StubFrame.unwanted("<a/>"));
        queue.add(StubFrame.of("<b/>"));
        queue.add(StubFrame.unwanted("<c/>"));
        writer.flush();
        assertEquals(List.of("<b/>"), socket.frames);
        assertEquals(0, queue.backlog().size());
    }

    @Test
    void withdrawnFramesUseNoMemoryEvenIfNothingLeaves() {
        socket.full = true;
        queue.add(StubFrame.of("<first/>"));
        writer.flush();
        long before = queue.backlog().size();
        List<QueuedFrame> entries = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            entries.add(queue.add(StubFrame.of("<a" + i + "/>")));
        }
        QueuedFrame kept = queue.add(StubFrame.of("<kept/>"));
        entries.forEach(QueuedFrame::withdraw);
        entries.forEach(QueuedFrame::withdraw);
        assertTrue(queue.backlog().size() > before);
        socket.full = false;
        socket.take();
        assertEquals(List.of("<first/>", "<kept/>"), socket.frames);
        assertEquals(0, queue.backlog().size());
        kept.withdraw();
        assertEquals(0, queue.backlog().size());
    }

    @Test
    void aStreamIsReadOnAThreadOfTheBusAndDelaysOnlyTheFramesBehindIt() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        queue.add(StubFrame.of("<a/>"));
        queue.add(StubFrame.withStream("<large/>", bytes));
        queue.add(StubFrame.of("<b/>"));
        writer.flush();
        assertEquals(List.of("<a/>"), socket.frames);
        int turns = 0;
        while (!streams.isEmpty()) {
            streams.poll().run();
            turns++;
        }
        assertTrue(turns > 2, "piece by piece");
        assertEquals(List.of("<a/>", "<large/>", "<b/>"), socket.frames);
        assertEquals(0, queue.backlog().size());
        assertEquals(0, closed.get());
    }

    private static StubFrame failing(InputStream stream) {
        return new StubFrame("<bad/>", true, new Attachment() {
            @Override
            public long size() {
                return 1 << 20;
            }

            @Override
            public InputStream open() throws IOException {
                if (stream == null) {
                    throw new IOException("the disk is gone");
                }
                return stream;
            }
        });
    }

    private void writeAll(StubFrame... items) {
        for (StubFrame item : items) {
            queue.add(item);
        }
        writer.flush();
        while (!streams.isEmpty()) {
            streams.poll().run();
        }
    }

    @Test
    void aStreamThatFailsClosesTheConnectionWithItsReason() {
        StubFrame bad = failing(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        });
        writeAll(bad, StubFrame.of("<b/>"));
        assertEquals(1, closed.get());
        assertTrue(bad.failure().getMessage().contains("the disk is gone"));
        assertEquals(List.of(), socket.frames);
    }

    @Test
    void aStreamThatCannotBeOpenedFailsAloneAsLongAsNothingHasLeft() {
        StubFrame bad = failing(null);
        writeAll(StubFrame.of("<a/>"), bad, StubFrame.of("<b/>"));
        assertTrue(bad.failure().getMessage().contains("the disk is gone"));
        assertEquals(List.of("<a/>", "<b/>"), socket.frames);
        assertEquals(0, queue.backlog().size());
        assertEquals(0, closed.get());
    }

    @Test
    void aStreamOfAConnectionThatDiedIsClosedOnAThreadOfTheBus() {
        AtomicInteger ended = new AtomicInteger();
        socket.full = true;
        writeAll(failing(new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public void close() {
                ended.incrementAndGet();
            }
        }));
        socket.full = false;
        socket.take(); // The XML has left, and the stream is being sent.
        socket.full = true;
        streams.poll().run();
        socket.listener.onFailed();
        assertEquals(1, closed.get());
        assertEquals(0, ended.get(), "not where others wait for this thread");
        streams.poll().run();
        assertEquals(1, ended.get());
    }

    /** A short response uses 360 bytes of heap, of which 50 are its own. */
    @Test
    void waitingFramesCountWithTheirObjects() {
        MemoryBudget.Account account = new MemoryBudget(1 << 20, new ManualTimer(), each -> {}).newAccount();
        FrameQueue counted = new FrameQueue(account, () -> {}, System::nanoTime);
        List<QueuedFrame> entries = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            entries.add(counted.add(i % 10 == 0 ? StubFrame.unwanted("<a/>") : StubFrame.of("<a/>")));
        }
        counted.add(StubFrame.withStream("<large/>", new byte[300_000]));
        counted.add(StubFrame.of("<a/>"));
        assertTrue(account.bytes() >= 300_000, account.bytes() + " bytes");
        assertEquals(account.bytes(), counted.heldBytes());
        assertEquals(1001L * 10 + 300_000 + 18, counted.backlog().size(), "the bytes that are sent");
        entries.get(500).withdraw();
        writer(counted, socket, streams::add).flush();
        while (!streams.isEmpty()) {
            streams.poll().run();
        }
        assertEquals(0, counted.backlog().size());
        assertEquals(0, counted.heldBytes());
        assertEquals(0, account.bytes());
    }

    @Test
    void oneThreadDoesNotWriteForOthersForEver() {
        int frames = 200;
        FrameQueue[] growing = new FrameQueue[1];
        FrameWriter[] self = new FrameWriter[1];
        AtomicInteger added = new AtomicInteger();
        growing[0] = new FrameQueue(
                null,
                () -> {
                    if (added.incrementAndGet() <= frames) {
                        growing[0].add(StubFrame.of("<a>" + "x".repeat(30_000) + "</a>"));
                        self[0].flush();
                    }
                },
                System::nanoTime);
        self[0] = writer(growing[0], socket, streams::add);
        growing[0].add(StubFrame.of("<a/>"));
        self[0].flush();
        assertTrue(socket.frames.size() < frames / 2, socket.frames.size() + " frames");
        assertFalse(selector.isEmpty());
        while (!selector.isEmpty()) {
            selector.poll().run();
        }
        assertEquals(frames + 1, socket.frames.size());
    }

    /**
     * Many threads add frames, some withdraw them, and the socket is slow: each frame leaves once or not at all, and
     * those of one thread leave in order.
     */
    @Test
    void nothingIsLostOrDoubledWhateverHappensAtOnce() throws Exception {
        SlowSocket slow = new SlowSocket();
        FrameQueue frames = new FrameQueue(null, () -> {}, System::nanoTime);
        FrameWriter stressed =
                new FrameWriter(frames, slow, Runnable::run, slow.selector::add, closed::incrementAndGet);
        int adders = 3;
        int each = 20_000;
        Set<String> withdrawn = java.util.Collections.synchronizedSet(new HashSet<>());
        Thread[] threads = new Thread[adders];
        for (int t = 0; t < adders; t++) {
            int adder = t;
            threads[t] = new Thread(() -> {
                Random random = new Random(adder);
                for (int i = 0; i < each; i++) {
                    String xml = "<a" + adder + " n=\"" + i + "\"/>";
                    AtomicBoolean decided = new AtomicBoolean(); // Whether it leaves: the first one decides.
                    QueuedFrame entry = frames.add(new StubFrame(xml, true) {
                        @Override
                        public byte[] begin() {
                            return decided.compareAndSet(false, true) ? RootAttributes.NONE : null;
                        }
                    });
                    if (random.nextInt(4) == 0 && decided.compareAndSet(false, true)) {
                        withdrawn.add(xml);
                        entry.withdraw();
                    }
                    if (random.nextInt(3) == 0) {
                        stressed.flush();
                    }
                }
                stressed.flush();
            });
        }
        Thread taking = new Thread(slow);
        taking.start();
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        stressed.flush();
        Await.until("all bytes leave", () -> frames.backlog().size() == 0);
        slow.over = true;
        taking.join();
        Set<String> left = new HashSet<>(slow.socket.frames);
        assertEquals(left.size(), slow.socket.frames.size(), "none leaves twice");
        int[] last = {-1, -1, -1};
        for (String frame : slow.socket.frames) {
            int adder = frame.charAt(2) - '0';
            int number = Integer.parseInt(frame.substring(frame.indexOf('"') + 1, frame.lastIndexOf('"')));
            assertTrue(number > last[adder], "in order");
            last[adder] = number;
        }
        assertEquals(adders * each, left.size() + withdrawn.size(), "each has left or was withdrawn");
        withdrawn.retainAll(left);
        assertArrayEquals(new Object[0], withdrawn.toArray());
    }

    /** A socket that accepts pieces on a thread of its own, as a selector does. */
    private static final class SlowSocket implements FrameWriter.Sink, Runnable {

        private final FakeSocket socket = new FakeSocket();
        private final Queue<Runnable> selector = new ConcurrentLinkedQueue<>();
        private final Random random = new Random(7); // Used by one thread at a time, as the socket is.
        private volatile boolean over;

        @Override
        public void send(ByteBuffer bytes, SocketWriter.Listener sent) {
            if (random.nextBoolean()) {
                socket.send(bytes, sent);
            } else {
                selector.add(() -> socket.send(bytes, sent));
            }
        }

        @Override
        public void run() {
            while (!over) {
                Runnable task = selector.poll();
                if (task != null) {
                    task.run();
                } else {
                    Thread.yield();
                }
            }
        }
    }
}
