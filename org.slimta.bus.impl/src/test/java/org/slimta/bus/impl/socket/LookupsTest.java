package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupsTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Lookups lookups = new Lookups(threads);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        go.countDown();
        threads.shutdownNow();
    }

    private String slowly(String answer) throws InterruptedException {
        calls.incrementAndGet();
        go.await();
        return answer;
    }

    private CompletableFuture<String> ask(String subject, java.util.concurrent.Callable<String> lookup) {
        CompletableFuture<String> told = new CompletableFuture<>();
        lookups.<String>ask(subject, lookup, (value, failure) -> tell(told, value, failure));
        return told;
    }

    private static void tell(CompletableFuture<String> told, String value, Throwable failure) {
        if (failure == null) {
            told.complete(value);
        } else {
            told.completeExceptionally(failure);
        }
    }

    @Test
    void callersThatAskForTheSameShareOneLookup() throws Exception {
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(ask("a", () -> slowly("1")));
        }
        go.countDown();
        for (CompletableFuture<String> each : all) {
            assertEquals("1", each.get(20, TimeUnit.SECONDS));
        }
        assertEquals(1, calls.get());
        assertEquals(
                "2", ask("a", () -> slowly("2")).get(20, TimeUnit.SECONDS), "whoever asks later has it looked up anew");
    }

    @Test
    void aLookupThatHangsDelaysNoOther() throws Exception {
        CompletableFuture<String> hanging = ask("a", () -> slowly("1"));
        for (int i = 0; i < 50; i++) {
            int number = i;
            assertEquals("2", ask("b" + number, () -> "2").get(20, TimeUnit.SECONDS));
        }
        assertTrue(!hanging.isDone());
    }

    @Test
    void aFailureIsReported() {
        UnknownHostException unknown = new UnknownHostException("a");
        CompletableFuture<String> failing = ask("a", () -> {
            throw unknown;
        });
        assertSame(
                unknown,
                assertThrows(ExecutionException.class, () -> failing.get(20, TimeUnit.SECONDS))
                        .getCause());
        CompletableFuture<String> breaking = ask("a", () -> {
            throw new StackOverflowError();
        });
        assertInstanceOf(
                StackOverflowError.class,
                assertThrows(ExecutionException.class, () -> breaking.get(20, TimeUnit.SECONDS))
                        .getCause());
    }

    @Test
    void aCallerThatCancelsIsNotNotifiedAndTheOthersAre() throws Exception {
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        Lookups.Inquiry inquiry =
                lookups.<String>ask("a", () -> slowly("1"), (value, failure) -> tell(cancelled, value, failure));
        CompletableFuture<String> other = ask("a", () -> slowly("2"));
        inquiry.cancel();
        go.countDown();
        assertEquals("1", other.get(20, TimeUnit.SECONDS));
        assertNull(cancelled.getNow(null));
    }

    @Test
    void aCallerThatFailsToUseTheOutcomeHarmsNoOther() throws Exception {
        lookups.<String>ask("a", () -> slowly("1"), (value, failure) -> {
            throw new IllegalStateException("it cannot be used");
        });
        CompletableFuture<String> other = ask("a", () -> slowly("2"));
        go.countDown();
        assertEquals("1", other.get(20, TimeUnit.SECONDS));
    }

    @Test
    void whereThereIsNoThreadThatIsToldAndTheNextOneMayHaveOne() throws Exception {
        boolean[] none = {true};
        Lookups poor = new Lookups(task -> {
            if (none[0]) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });
        List<Object> told = new ArrayList<>();
        poor.<String>ask("a", () -> "1", (value, failure) -> told.add(failure));
        assertInstanceOf(OutOfMemoryError.class, told.get(0));
        none[0] = false;
        poor.<String>ask("a", () -> "1", (value, failure) -> told.add(value));
        assertEquals("1", told.get(1));
    }
}
