package org.slimta.bus.impl.handling;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * The handler that a program has given to one server, if it has: it takes requests from the inbox in place of threads
 * that receive. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class ServedInbox<Q, R> {

    private final Supplier<String> busName;
    private final Logger log;
    private final Supplier<Duration> drainTimeout;
    private final Inbox<Q, R> inbox;
    private final Threads threads;
    private final AtomicReference<HandlerCalls<Q, R>> current = new AtomicReference<>();

    /**
     * Creates the inbox of a server without a handler.
     *
     * @param busName supplies the name of the server
     * @param log where failures of handlers are logged
     * @param drainTimeout supplies how long closing waits
     * @param inbox where requests come from
     * @param threads starts the threads that call the handler
     */
    public ServedInbox(
            Supplier<String> busName, Logger log, Supplier<Duration> drainTimeout, Inbox<Q, R> inbox, Threads threads) {
        this.busName = busName;
        this.log = log;
        this.drainTimeout = drainTimeout;
        this.inbox = inbox;
        this.threads = threads;
    }

    /**
     * Passes requests to a handler from now on, until the registration is closed.
     *
     * @param handler the handler
     * @param maxConcurrent how many transactions it may process at once
     * @return closes the registration
     */
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrent) {
        Objects.requireNonNull(handler, "handler");
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("maxConcurrentHandlers is " + maxConcurrent + "; it must be 1 or more");
        }
        if (inbox.isStopped()) {
            throw closed();
        }
        HandlerCalls<Q, R> calls = new HandlerCalls<>(busName, log, inbox, threads, handler, maxConcurrent);
        if (!current.compareAndSet(null, calls)) {
            throw new IllegalStateException("bus " + busName.get()
                    + ": the server has a handler already; close the registration of that handler first");
        }
        calls.start();
        if (inbox.isStopped()) {
            close(); // Whoever closes the server may have looked before the handler was there.
            throw closed();
        }
        return () -> close(calls);
    }

    private IllegalStateException closed() {
        return new IllegalStateException("bus " + busName.get() + ": the server is closed");
    }

    private void close(HandlerCalls<Q, R> calls) {
        if (current.compareAndSet(calls, null)) {
            calls.stop();
            calls.awaitEnd(drainTimeout.get());
        }
    }

    /** Ends it, since the server has closed and has waited for its requests. Does not block. */
    public void close() {
        HandlerCalls<Q, R> calls = current.getAndSet(null);
        if (calls != null) {
            calls.stop();
        }
    }
}
