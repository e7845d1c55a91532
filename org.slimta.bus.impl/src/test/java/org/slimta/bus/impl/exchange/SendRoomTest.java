package org.slimta.bus.impl.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.MemoryBudget;

/** Memory for what a client sends is bounded, and whoever waits for it gets it. */
class SendRoomTest {

    private final MemoryBudget held = new MemoryBudget(1000, new ManualTimer(), all -> {});
    private final SendRoom room = new SendRoom(held);

    @Test
    void threeQuartersAreForSending() throws Exception {
        assertTrue(room.acquire(500, 0));
        assertTrue(room.acquire(250, 0));
        assertFalse(room.acquire(1, 0));
        assertEquals(750, held.total());
        room.release(500);
        assertTrue(room.acquire(500, 0));
        room.release(500);
        room.release(250);
        assertEquals(0, held.total());
    }

    @Test
    void whatArrivesCountsToo() throws Exception {
        assertTrue(room.acquire(100, 0));
        MemoryBudget.Account arriving = held.newAccount();
        arriving.add(700);
        assertFalse(room.acquire(100, 0));
        arriving.close();
        assertTrue(room.acquire(100, 0));
    }

    @Test
    void oneMayBeLargerIfItIsAlone() throws Exception {
        assertTrue(room.acquire(990, 0));
        assertFalse(room.acquire(1, 0));
        room.release(990);
        assertTrue(room.acquire(1, 0));
    }

    @Test
    void aWaitingSenderGetsTheRoomThatIsReleased() throws Exception {
        assertTrue(room.acquire(700, 0));
        FutureTask<Boolean> waiting = new FutureTask<>(() -> room.acquire(700, TimeUnit.SECONDS.toNanos(20)));
        Thread thread = new Thread(waiting);
        thread.start();
        Await.state(thread, Thread.State.TIMED_WAITING);
        room.release(700);
        assertTrue(waiting.get(20, TimeUnit.SECONDS));
        assertEquals(700, held.total());
    }

    @Test
    void anInterruptEndsTheWaitAndTakesNothing() throws Exception {
        assertTrue(room.acquire(700, 0));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> room.acquire(700, TimeUnit.SECONDS.toNanos(20)));
        assertEquals(700, held.total());
    }

    @Test
    void nothingIsCountedOnceItIsClosed() throws Exception {
        assertTrue(room.acquire(700, 0));
        room.close();
        assertEquals(0, held.total());
        room.release(700);
        assertTrue(room.acquire(700, 0));
        assertEquals(0, held.total());
    }

    @Test
    void allComesBackToZeroWhateverHappensAtOnce() throws Exception {
        AtomicLong most = new AtomicLong();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            Random random = new Random(t);
            threads[t] = new Thread(() -> {
                try {
                    for (int i = 0; i < 20_000; i++) {
                        long bytes = 1 + random.nextInt(400);
                        if (room.acquire(bytes, TimeUnit.SECONDS.toNanos(20))) {
                            most.accumulateAndGet(held.total(), Math::max);
                            room.release(bytes);
                        }
                    }
                } catch (InterruptedException e) {
                    // Not here.
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, held.total());
        assertTrue(
                most.get() <= 750 + 3 * 400, most + " bytes"); // Some may find that nothing is held at the same moment.
    }
}
