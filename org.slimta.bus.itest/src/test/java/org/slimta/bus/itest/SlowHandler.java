package org.slimta.bus.itest;

import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.itest.note.Note;

/** A handler that blocks until the test lets it finish. It responds with the note "finished". */
final class SlowHandler implements RequestHandler<Note, Note> {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @Override
    public CompletionStage<List<Note>> handle(RequestBatch<Note> batch) throws InterruptedException {
        begun.countDown();
        go.await();
        return CompletableFuture.completedFuture(List.of(new Note("finished", null)));
    }

    /** Waits until it handles a transaction. */
    void awaitBegun() throws InterruptedException {
        assertTrue("the handler has begun", begun.await(30, TimeUnit.SECONDS));
    }

    void letFinish() {
        go.countDown();
    }
}
