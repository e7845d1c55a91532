package org.slimta.bus.impl.transaction;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;

/**
 * The result of a transaction: responses or a failure.
 *
 * @param responses one for each request; null if the transaction failed
 * @param failure the failure; null if the transaction succeeded
 * @param headers the headers that came with it
 */
record TransactionResult<R>(List<R> responses, BusException failure, Headers headers) {

    /** A result of this end: no headers came with it. */
    TransactionResult(List<R> responses, BusException failure) {
        this(responses, failure, Headers.none());
    }

    /** Completes a stage, which may run code of users. */
    void complete(CompletableFuture<List<R>> stage) {
        if (failure == null) {
            stage.complete(responses);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    /** Returns the responses, or throws the failure. */
    List<R> get() throws BusException {
        if (failure != null) {
            throw failure;
        }
        return responses;
    }
}
