package org.slimta.bus.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives the events of one transaction at one place. {@link TransactionObserver} says on which threads, and what
 * happens if a method throws. No two methods are called at the same time, except that {@link #enter} and its scope may
 * overlap with the events.
 */
@ConsumerType
public interface TransactionObservation {

    /** Ends what {@link TransactionObservation#enter} has begun. */
    @FunctionalInterface
    interface Scope {

        /** The call is over. Called once, on the thread that called {@link TransactionObservation#enter}. */
        void close();
    }

    /**
     * Returns the headers to send with the requests: usually those that they have, and more. Called once, for
     * {@link TransactionStart.Role#CLIENT} only, directly after {@link TransactionObserver#started}. If the headers
     * exceed a limit of the client because of observers, the requests are sent without what the observers have added,
     * and the log says so.
     *
     * @param headers the headers of the requests, with those that other observers have added; not null
     * @return the headers to send, not null
     */
    default Headers headers(Headers headers) {
        return headers;
    }

    /**
     * A handler or a filter is about to be called on this thread. Called once, for {@link TransactionStart.Role#HANDLER}
     * and {@link TransactionStart.Role#FILTER} only. What the handler or filter does later, on other threads, is not
     * enclosed.
     *
     * @return closed when the call has returned or thrown; null for nothing to close
     */
    default Scope enter() {
        return null;
    }

    /**
     * The requests are leaving the client: from now on they may be processed. Called at most once, for
     * {@link TransactionStart.Role#CLIENT} only; not called if the transaction fails before that.
     */
    default void sent() {}

    /**
     * The transaction has ended at this place. Called once, as the last event. A client whose response has arrived
     * reports it when the response is read, since only then it is known whether it can be decoded; if nobody reads it,
     * about one {@code responseTimeout} after it has arrived. A handler or a filter has ended when its stage is
     * complete; this is never called if the stage never is.
     *
     * @param end how it has ended, not null
     */
    default void ended(TransactionEnd end) {}
}
