package org.slimta.bus.nats.impl.jnats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the library calls back while something is published tells that it was discarded. */
class CallbackExecutorTest {

    private final List<Runnable> run = new ArrayList<>();
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {

                @Override
                public void execute(Runnable task) {
                    run.add(task);
                }
            };
    private final CallbackExecutor callbacks = new CallbackExecutor(threads);

    @Test
    void aMessageIsKeptUnlessTheLibraryCallsBack() {
        assertTrue(callbacks.keeps(() -> {}));
        assertFalse(callbacks.keeps(() -> callbacks.execute(() -> {})));
        assertTrue(callbacks.keeps(() -> {}), "the next one is another");
        assertEquals(List.of(), run, "no thread is needed for that");
    }

    @Test
    void callBacksOfOtherThreadsAndTimesRun() throws Exception {
        Runnable event = () -> {};
        callbacks.execute(event);
        assertTrue(callbacks.keeps(() -> {
            Thread other = new Thread(() -> callbacks.execute(event));
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        assertEquals(List.of(event, event), run);
    }

    @Test
    void publishingThatThrowsIsOver() {
        assertThrows(
                IllegalStateException.class,
                () -> callbacks.keeps(() -> {
                    throw new IllegalStateException("closed");
                }));
        callbacks.execute(() -> {});
        assertEquals(1, run.size());
    }
}
