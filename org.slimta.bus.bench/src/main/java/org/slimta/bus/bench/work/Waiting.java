package org.slimta.bus.bench.work;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets a thread wait for a transaction of a contestant that has only call-backs. */
public final class Waiting implements Completion {

    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Override
    public void done() {
        end.complete(null);
    }

    @Override
    public void failed(Throwable cause) {
        end.completeExceptionally(cause);
    }

    /**
     * Waits for the end of the transaction.
     *
     * @throws Exception if the transaction failed, or took longer than a minute
     */
    public void await() throws Exception {
        end.get(1, TimeUnit.MINUTES);
    }
}
