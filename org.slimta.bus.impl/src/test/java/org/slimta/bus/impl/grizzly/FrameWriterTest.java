package org.slimta.bus.impl.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
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
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/** What waits to be written to one connection: all of it leaves in order and once, or is withdrawn. */
class FrameWriterTest {

    private final FakeSocket socket = new FakeSocket();
    private final Deque<Runnable> streams = new ArrayDeque<>();
    private final Deque<Runnable> selector = new ArrayDeque<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final FrameWriter outbox = outbox(streams::add);

    private FrameWriter outbox(Executor reading) {
        return new FrameWriter(socket, reading, selector::add, closed::incrementAndGet, null, () -> {}, System::nanoTime);
    }

    /** Takes what is written at once, or when it is told to. */
    private static final class FakeSocket implements FrameWriter.Sink {

        private final FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        private final List<String> frames = new ArrayList<>();
        private boolean full;
        private ByteBuffer waiting;
        private SocketWriter.Listener listener;
        private int pieces;

        @Override
        public void send(ByteBuffer bytes, SocketWriter.Listener told) {
            assertNull(waiting, "one piece at a time");
            pieces++;
            waiting = bytes;
            listener = told;
            if (!full) {
                take();
            }
        }

        void take() {
            ByteBuffer bytes = waiting;
            SocketWriter.Listener told = listener;
            waiting = null;
            try {
                Frame frame;
                while ((frame = decoder.decode(bytes)) != null) {
                    frames.add(new String(frame.xml(), UTF_8));
                }
            } catch (BusException e) {
                throw new AssertionError(e);
            }
            told.onSent();
        }
    }

    private static class Item implements OutboundFrame {

        private final FrameEncoder encoder;
        private final boolean wanted;
        private BusException failure;

        Item(String xml, boolean wanted, Attachment... attachments) {
            try {
                encoder = new FrameEncoder(
                        new OutgoingFrame(Envelope.REQUESTS, xml.getBytes(UTF_8), List.of(attachments)), FrameLimits.defaults());
            } catch (BusException e) {
                throw new AssertionError(e);
            }
            this.wanted = wanted;
        }

        @Override
        public FrameEncoder encoder() {
            return encoder;
        }

        @Override
        public byte[] begin() {
            return wanted ? RootAttributes.NONE : null;
        }

        @Override
        public void failed(BusException why) {
            failure = why;
        }
    }

    private static Item item(String xml) {
        return new Item(xml, true);
    }

    private static Item large(String xml, byte[] bytes) {
        return new Item(xml, true, new Attachment() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        });
    }

    @Test
    void whatIsReadyTogetherLeavesInOnePiece() {
        for (int i = 0; i < 100; i++) {
            outbox.add(item("<a" + i + "/>"));
        }
        assertTrue(outbox.backlog() > 0);
        outbox.flush();
        assertEquals(100, socket.frames.size());
        assertEquals("<a99/>", socket.frames.get(99));
        assertEquals(1, socket.pieces);
        assertEquals(0, outbox.backlog());
    }

    @Test
    void waitsUntilOnePieceHasLeft() {
        socket.full = true;
        outbox.add(item("<a/>"));
        outbox.flush();
        outbox.add(item("<b/>"));
        outbox.flush();
        assertEquals(1, socket.pieces);
        socket.full = false;
        socket.take();
        assertEquals(List.of("<a/>", "<b/>"), socket.frames);
    }

    @Test
    void whatIsNotWantedWhenItsTurnComesDoesNotLeave() {
        outbox.add(new Item("<a/>", false));
        outbox.add(item("<b/>"));
        outbox.add(new Item("<c/>", false));
        outbox.flush();
        assertEquals(List.of("<b/>"), socket.frames);
        assertEquals(0, outbox.backlog());
    }

    @Test
    void whatIsWithdrawnTakesNoMoreRoomThoughNothingLeaves() {
        socket.full = true;
        outbox.add(item("<first/>"));
        outbox.flush();
        long before = outbox.backlog();
        List<QueuedFrame> entries = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            entries.add(outbox.add(item("<a" + i + "/>")));
        }
        QueuedFrame kept = outbox.add(item("<kept/>"));
        entries.forEach(QueuedFrame::withdraw);
        entries.forEach(QueuedFrame::withdraw);
        assertTrue(outbox.backlog() > before);
        socket.full = false;
        socket.take();
        assertEquals(List.of("<first/>", "<kept/>"), socket.frames);
        assertEquals(0, outbox.backlog());
        kept.withdraw();
        assertEquals(0, outbox.backlog());
    }

    @Test
    void aStreamIsReadOnAThreadOfTheBusAndHoldsUpOnlyWhatComesAfterIt() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        outbox.add(item("<a/>"));
        outbox.add(large("<large/>", bytes));
        outbox.add(item("<b/>"));
        outbox.flush();
        assertEquals(List.of("<a/>"), socket.frames);
        int turns = 0;
        while (!streams.isEmpty()) {
            streams.poll().run();
            turns++;
        }
        assertTrue(turns > 2, "piece by piece");
        assertEquals(List.of("<a/>", "<large/>", "<b/>"), socket.frames);
        assertEquals(0, outbox.backlog());
        assertEquals(0, closed.get());
    }

    private static Item failing(InputStream stream) {
        return new Item("<bad/>", true, new Attachment() {
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

    private void writeAll(Item... items) {
        for (Item item : items) {
            outbox.add(item);
        }
        outbox.flush();
        while (!streams.isEmpty()) {
            streams.poll().run();
        }
    }

    @Test
    void aStreamThatFailsClosesTheConnectionAndTellsWhy() {
        Item bad = failing(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        });
        writeAll(bad, item("<b/>"));
        assertEquals(1, closed.get());
        assertTrue(bad.failure.getMessage().contains("the disk is gone"));
        assertEquals(List.of(), socket.frames);
    }

    @Test
    void aStreamThatCannotBeOpenedFailsAloneAsLongAsNothingHasLeft() {
        Item bad = failing(null);
        writeAll(item("<a/>"), bad, item("<b/>"));
        assertTrue(bad.failure.getMessage().contains("the disk is gone"));
        assertEquals(List.of("<a/>", "<b/>"), socket.frames);
        assertEquals(0, outbox.backlog());
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
        socket.take(); // The XML has left, and what is read is on its way.
        socket.full = true;
        streams.poll().run();
        socket.listener.onFailed();
        assertEquals(1, closed.get());
        assertEquals(0, ended.get(), "not where others wait for this thread");
        streams.poll().run();
        assertEquals(1, ended.get());
    }

    /** A short answer takes 360 bytes of heap, and has 50 itself. */
    @Test
    void whatWaitsCountsWithTheObjectsThatItTakes() {
        MemoryBudget.Account share = new MemoryBudget(1 << 20, new ManualTimer(), each -> {}).newAccount();
        FrameWriter counted = new FrameWriter(
                socket, streams::add, selector::add, closed::incrementAndGet, share, () -> {}, System::nanoTime);
        List<QueuedFrame> entries = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            entries.add(counted.add(i % 10 == 0 ? new Item("<a/>", false) : item("<a/>")));
        }
        counted.add(large("<large/>", new byte[300_000]));
        counted.add(item("<a/>"));
        assertTrue(share.own() >= 300_000, share.own() + " bytes");
        assertEquals(share.own(), counted.held());
        assertEquals(1001L * 10 + 300_000 + 18, counted.backlog(), "its pace is that of the bytes that are sent");
        entries.get(500).withdraw();
        counted.flush();
        while (!streams.isEmpty()) {
            streams.poll().run();
        }
        assertEquals(0, counted.backlog());
        assertEquals(0, counted.held());
        assertEquals(0, share.own());
    }

    @Test
    void oneThreadDoesNotWriteForOthersForEver() {
        int frames = 200;
        FrameWriter[] self = new FrameWriter[1];
        AtomicInteger added = new AtomicInteger();
        self[0] = new FrameWriter(socket, streams::add, selector::add, closed::incrementAndGet, null, () -> {
            if (added.incrementAndGet() <= frames) {
                self[0].add(item("<a>" + "x".repeat(30_000) + "</a>"));
                self[0].flush();
            }
        }, System::nanoTime);
        self[0].add(item("<a/>"));
        self[0].flush();
        assertTrue(socket.frames.size() < frames / 2, socket.frames.size() + " frames");
        assertFalse(selector.isEmpty());
        while (!selector.isEmpty()) {
            selector.poll().run();
        }
        assertEquals(frames + 1, socket.frames.size());
    }

    /** Many add, some withdraw, and the socket takes its time: each frame leaves once or not at all, in the order of its adder. */
    @Test
    void nothingIsLostOrDoubledWhateverHappensAtOnce() throws Exception {
        SlowSocket slow = new SlowSocket();
        FrameWriter stressed = new FrameWriter(
                slow, Runnable::run, slow.selector::add, closed::incrementAndGet, null, () -> {}, System::nanoTime);
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
                    AtomicBoolean decided = new AtomicBoolean(); // Whether it leaves: whoever comes first decides that.
                    QueuedFrame entry = stressed.add(new Item(xml, true) {
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
        Await.until("all bytes leave", () -> stressed.backlog() == 0);
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

    /** A socket that takes each piece on a thread of its own, as a selector does. */
    private static final class SlowSocket implements FrameWriter.Sink, Runnable {

        private final FakeSocket socket = new FakeSocket();
        private final Queue<Runnable> selector = new ConcurrentLinkedQueue<>();
        private final Random random = new Random(7); // Of one thread at a time, as the socket is.
        private volatile boolean over;

        @Override
        public void send(ByteBuffer bytes, SocketWriter.Listener told) {
            if (random.nextBoolean()) {
                socket.send(bytes, told);
            } else {
                selector.add(() -> socket.send(bytes, told));
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
