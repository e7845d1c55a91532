package org.slimta.bus.impl.whiteboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/** An interrupt of a handler does not reach the next task of its thread. */
class FilterCallTest {

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @SuppressWarnings("unchecked")
    private static final WhiteboardService<Object> HANDLER = new WhiteboardService<>(
            (ServiceReference<Object>) Proxy.newProxyInstance(
                    FilterCallTest.class.getClassLoader(),
                    new Class<?>[] {ServiceReference.class},
                    (self, method, values) -> {
                        if (method.getName().equals("getProperty") && values[0].equals("service.id")) {
                            return 7L;
                        }
                        return null;
                    }),
            "a handler",
            null,
            0);

    private static CompletionStage<List<Object>> call(Callable<CompletionStage<List<Object>>> handler) {
        return FilterCall.call("handler", HANDLER, failure -> Outcome.UNKNOWN, handler);
    }

    @Test
    void aFlagThatTheHandlerLeavesSetIsCleared() throws Exception {
        CompletionStage<List<Object>> stage = call(() -> {
            Thread.currentThread().interrupt();
            return CompletableFuture.completedFuture(List.of("a"));
        });
        assertFalse(Thread.currentThread().isInterrupted());
        assertEquals(List.of("a"), stage.toCompletableFuture().get());
    }

    @Test
    void anInterruptedExceptionFailsTheCallAndSetsNoFlag() {
        CompletionStage<List<Object>> stage = call(() -> {
            throw new InterruptedException();
        });
        assertFalse(Thread.currentThread().isInterrupted());
        ExecutionException failure = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get());
        assertEquals(Reason.HANDLER, ((BusException) failure.getCause()).reason());
    }

    @Test
    void aFlagThatWasSetBeforeStaysSet() {
        Thread.currentThread().interrupt();
        call(() -> CompletableFuture.completedFuture(List.of()));
        assertTrue(Thread.currentThread().isInterrupted());
    }
}
