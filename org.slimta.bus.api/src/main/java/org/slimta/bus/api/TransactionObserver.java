package org.slimta.bus.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Observes transactions: their beginning, their end, and how they ended. Traces, metrics and audit logs are built on
 * it. In a container an observer is a service; without its property {@code slimta.bus.whiteboard.target} it observes
 * all buses. Implementations must be thread-safe.
 *
 * <p>An observer that throws harms nobody: what it throws is logged, at most 20 times a minute, and the observer gets
 * no more events of that transaction. {@link #started}, {@link TransactionObservation#headers} and
 * {@link TransactionObservation#enter} are called on the thread that sends or processes the transaction: one that blocks
 * there delays that transaction, whose time goes on. All other events are delivered on a thread of the provider, about
 * 10 ms later, since many at once cost less; one after the other for each observer, and in order for each transaction. If
 * an observer is slower than its events arrive, up to 16,384 of them wait; more are dropped, and the log says so.
 *
 * <p>An observer that is unregistered, or whose target changes, gets no new transactions, but still the events of those
 * that it already observes.
 */
@ConsumerType
@FunctionalInterface
public interface TransactionObserver {

    /**
     * A transaction has begun at one place. The same transaction is observed at several places: at its client before
     * anything is sent; at its server when a handler or a program receives the requests; and at each filter and handler
     * that is called. Requests that a server refuses before anything has received them are observed only at their client.
     *
     * @param start what is known of it, not null
     * @return receives the other events of this place; null for none
     */
    TransactionObservation started(TransactionStart start);
}
