package org.slimta.bus.impl.transaction;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;

/**
 * What a transaction has ended with: responses or a failure.
 *
 * @param responses one for each request, or null
 * @param failure why there are none, or null
 */
record TransactionResult<R>(List<R> responses, BusException failure) {

    /** Completes a stage, which may run code of its owner. */
    void complete(CompletableFuture<List<R>> stage) {
        if (failure == null) {
            stage.complete(responses);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    /** Gives the responses, or throws the failure. */
    List<R> get() throws BusException {
        if (failure != null) {
            throw failure;
        }
        return responses;
    }
}
