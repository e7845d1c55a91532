package org.slimta.bus.impl.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.codecs.CodecRegistry.Rank;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.OutgoingFrame;

/** A codec that comes late, or never, holds up no thread. */
@Timeout(60)
class LateCodecTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String EXECUTOR = "executor of the test";

    /** What is missing again and again would make listeners without end if they were not removed. */
    private static final class CountingRegistry extends CodecRegistry {

        final AtomicInteger waiting = new AtomicInteger();

        @Override
        public void addListener(Runnable listener) {
            super.addListener(listener);
            waiting.incrementAndGet();
        }

        @Override
        public void removeListener(Runnable listener) {
            super.removeListener(listener);
            waiting.decrementAndGet();
        }
    }

    private class NamingCodec<T> implements XmlCodec<T> {

        private final Class<T> type;

        NamingCodec(Class<T> type) {
            this.type = type;
        }

        @Override
        public Class<T> type() {
            return type;
        }

        @Override
        public void toXml(T value, XmlWriter xml, Attachments attachments) {
            writers.add(Thread.currentThread().getName());
            xml.element("v", value.toString());
        }

        @Override
        public T fromXml(XmlElement element, Attachments attachments) {
            return type.cast(element.text());
        }
    }

    private final CountingRegistry registry = new CountingRegistry();
    private final Threads threads = new Threads();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, EXECUTOR));
    private final List<String> writers = Collections.synchronizedList(new ArrayList<>());
    private long lastId;

    @AfterEach
    void close() {
        executor.shutdownNow();
        threads.close();
    }

    private void add(Class<?> type) {
        registry.add(new Rank(0, ++lastId), null, new NamingCodec<>(type));
    }

    private ObjectCoder coder(Duration timeout) {
        return new ObjectCoder(registry, timeout, FrameLimits.defaults(), threads);
    }

    private CompletableFuture<OutgoingFrame> encode(ObjectCoder coder, Object... values) {
        return coder.encodeAsync(Envelope.REQUESTS, Headers.none(), List.of(values), null, executor);
    }

    private static String xml(CompletableFuture<OutgoingFrame> frame) throws Exception {
        return new String(frame.get(30, TimeUnit.SECONDS).xml()).replace("\r\n", "");
    }

    private static BusException failure(CompletableFuture<?> future) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
        return assertInstanceOf(BusException.class, failure.getCause());
    }

    /** The name of the thread that runs what depends on a future. Whoever waits for the future itself may be that thread. */
    private static CompletableFuture<String> completer(CompletableFuture<?> future) {
        assertFalse(future.isDone());
        return future.handle((value, failure) -> Thread.currentThread().getName());
    }

    @Test
    void aValueWithACodecIsWrittenAtOnce() throws Exception {
        add(String.class);
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a", "b");
        assertTrue(frame.isDone());
        assertEquals("<requests> <v>a</v> <v>b</v></requests>", xml(frame));
        assertEquals(
                List.of(Thread.currentThread().getName(), Thread.currentThread().getName()), writers);
        assertEquals(0, registry.waiting.get());
    }

    @Test
    void theRestIsWrittenByTheExecutorWhenTheCodecsHaveCome() throws Exception {
        add(String.class);
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a", 1, "b", 2L, 3);
        CompletableFuture<String> completer = completer(frame);
        assertEquals(1, registry.waiting.get());
        add(Double.class);
        assertFalse(frame.isDone());
        add(Integer.class);
        Await.until("three items are written", () -> writers.size() >= 3);
        assertFalse(frame.isDone());
        add(Long.class);
        assertEquals(EXECUTOR, completer.get(30, TimeUnit.SECONDS));
        assertEquals("<requests> <v>a</v> <v>1</v> <v>b</v> <v>2</v> <v>3</v></requests>", xml(frame));
        assertEquals(Thread.currentThread().getName(), writers.get(0));
        assertEquals(Collections.nCopies(4, EXECUTOR), writers.subList(1, 5));
        assertEquals(0, registry.waiting.get());
    }

    @Test
    void theThreadThatAddsACodecIsNotDelayedByTheExecutor() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        executor.execute(() -> {
            try {
                blocked.await();
            } catch (InterruptedException e) {
                // The test is over.
            }
        });
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a");
        CompletableFuture<Decoder<Integer>> decoder = coder(LONG).decoderAsync(PayloadType.of(Integer.class), executor);
        add(String.class);
        add(Integer.class);
        assertFalse(frame.isDone());
        assertFalse(decoder.isDone());
        blocked.countDown();
        assertEquals("<requests> <v>a</v></requests>", xml(frame));
        decoder.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCodecThatWasFoundServesThoughItHasLeftMeanwhile() throws Exception {
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a");
        CompletableFuture<Void> hold = new CompletableFuture<>();
        executor.execute(hold::join);
        add(String.class);
        registry.remove(lastId);
        hold.complete(null);
        assertEquals("<requests> <v>a</v></requests>", xml(frame));
    }

    @Test
    void aFrameWhoseTimeIsOverFailsOnTheExecutor() throws Exception {
        CompletableFuture<OutgoingFrame> frame = encode(coder(Duration.ofMillis(200)), "a");
        CompletableFuture<String> completer = completer(frame);
        assertEquals(EXECUTOR, completer.get(30, TimeUnit.SECONDS));
        BusException failure = failure(frame);
        assertEquals(Reason.NO_CODEC, failure.reason());
        assertTrue(failure.getMessage().contains("no codec for java.lang.String, waited 200 ms"), failure.getMessage());
        assertEquals(0, registry.waiting.get());
        assertEquals(List.of(), writers);
    }

    @Test
    void closingEndsTheWait() throws Exception {
        ObjectCoder coder = coder(LONG);
        CompletableFuture<OutgoingFrame> frame = encode(coder, "a");
        CompletableFuture<Decoder<String>> decoder = coder.decoderAsync(PayloadType.of(String.class), executor);
        coder.close();
        assertEquals(Reason.NO_CODEC, failure(frame).reason());
        Frame read = new Frame("<requests><v/></requests>".getBytes(), List.of());
        Decoder<String> found = decoder.get(30, TimeUnit.SECONDS);
        assertEquals(
                Reason.NO_CODEC,
                assertThrows(BusException.class, () -> found.decode(Envelope.REQUESTS, read, null))
                        .reason());
        assertEquals(Reason.NO_CODEC, failure(encode(coder, "a")).reason(), "also of what comes later");
        assertEquals(0, registry.waiting.get());
    }

    @Test
    void cancellingEndsTheWait() {
        ObjectCoder coder = coder(LONG);
        CompletableFuture<OutgoingFrame> frame = encode(coder, "a", "b");
        CompletableFuture<Decoder<String>> decoder = coder.decoderAsync(PayloadType.of(String.class), executor);
        assertEquals(2, registry.waiting.get());
        frame.cancel(false);
        decoder.cancel(false);
        assertEquals(0, registry.waiting.get());
        add(String.class);
        assertTrue(frame.isCancelled());
        assertEquals(List.of(), writers);
    }

    @Test
    void anExecutorThatTakesNothingMoreFailsTheFrameAndNotTheDecoder() throws Exception {
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a");
        CompletableFuture<Decoder<String>> decoder = coder(LONG).decoderAsync(PayloadType.of(String.class), task -> {
            throw new RejectedExecutionException();
        });
        executor.shutdown();
        add(String.class);
        assertEquals(Reason.NO_CODEC, failure(frame).reason());
        assertTrue(decoder.isDone() && !decoder.isCompletedExceptionally());
    }

    @Test
    void aCodecThatThrowsFailsTheFrame() {
        CompletableFuture<OutgoingFrame> frame = encode(coder(LONG), "a");
        registry.add(new Rank(0, 1), null, new XmlCodec<String>() {
            @Override
            public Class<String> type() {
                return String.class;
            }

            @Override
            public void toXml(String value, XmlWriter xml, Attachments attachments) {
                throw new StackOverflowError();
            }

            @Override
            public String fromXml(XmlElement element, Attachments attachments) {
                return null;
            }
        });
        assertEquals(Reason.CODEC, failure(frame).reason());
    }

    @Test
    void aDecoderIsThereAtOnceOrCompletesOnTheExecutor() throws Exception {
        ObjectCoder coder = coder(LONG);
        CompletableFuture<Decoder<String>> late = coder.decoderAsync(PayloadType.of(String.class), executor);
        CompletableFuture<String> completer = completer(late);
        add(String.class);
        Frame frame = new Frame("<requests><v>a</v></requests>".getBytes(), List.of());
        assertEquals(EXECUTOR, completer.get(30, TimeUnit.SECONDS));
        assertEquals(List.of("a"), late.get().decode(Envelope.REQUESTS, frame, null));
        assertTrue(coder.decoderAsync(PayloadType.of(String.class), executor).isDone());
        assertEquals(0, registry.waiting.get());
    }

    @Test
    void aWriteThatMustNotWaitIsRefusedAtOnce() throws Exception {
        BusException failure = assertThrows(
                BusException.class, () -> coder(LONG).encodeNow(Envelope.REQUESTS, Headers.none(), List.of("a"), null));
        assertEquals(Reason.NO_CODEC, failure.reason());
        assertTrue(failure.getMessage().contains("no codec for java.lang.String now;"), failure.getMessage());
        assertEquals(0, registry.waiting.get());
        add(String.class);
        OutgoingFrame frame = coder(LONG).encodeNow(Envelope.REQUESTS, Headers.none(), List.of("a"), null);
        assertEquals("<requests>\r\n <v>a</v>\r\n</requests>\r\n", new String(frame.xml()));
    }

    @Test
    void tooManyValuesAreRefused() {
        CompletableFuture<OutgoingFrame> frame = coder(LONG)
                .encodeAsync(Envelope.REQUESTS, Headers.none(), Collections.nCopies(10_001, "a"), null, executor);
        assertEquals(Reason.TOO_LARGE, failure(frame).reason());
    }

    @Test
    void theCodecOfBeforeServesUnlessItFailsToTellItsType() throws Exception {
        XmlCodec<String> former = new NamingCodec<>(String.class);
        assertEquals(
                "<requests> <v>a</v></requests>",
                xml(coder(LONG).encodeAsync(Envelope.REQUESTS, Headers.none(), List.of("a"), former, executor)));
        XmlCodec<String> broken = new NamingCodec<>(String.class) {
            @Override
            public Class<String> type() {
                throw new IllegalStateException("stopped");
            }
        };
        assertEquals(
                Reason.CODEC,
                failure(coder(LONG).encodeAsync(Envelope.REQUESTS, Headers.none(), List.of("a"), broken, executor))
                        .reason());
        assertEquals(
                Reason.CODEC,
                assertThrows(
                                BusException.class,
                                () -> coder(LONG).encode(Envelope.REQUESTS, Headers.none(), List.of("a"), broken))
                        .reason());
    }

    @Test
    void anInterruptedWaitLeavesNothingBehind() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                coder(LONG).encode(Envelope.REQUESTS, Headers.none(), List.of("a"), null);
            } catch (BusException | InterruptedException e) {
                ended.complete(e);
            }
        });
        waiting.start();
        Await.until("it waits for a codec", () -> registry.waiting.get() > 0);
        waiting.interrupt();
        assertInstanceOf(InterruptedException.class, ended.get(30, TimeUnit.SECONDS));
        assertEquals(0, registry.waiting.get());
    }

    @Test
    void manyWaitAtOnceWithoutAThreadEach() throws Exception {
        ObjectCoder coder = coder(LONG);
        int before = Thread.activeCount();
        List<CompletableFuture<OutgoingFrame>> frames = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            frames.add(encode(coder, "a" + i));
        }
        assertTrue(Thread.activeCount() <= before + 5, Thread.activeCount() + " threads");
        add(String.class);
        for (int i = 0; i < 1000; i++) {
            assertEquals("<requests> <v>a" + i + "</v></requests>", xml(frames.get(i)));
        }
        assertEquals(0, registry.waiting.get());
    }
}
