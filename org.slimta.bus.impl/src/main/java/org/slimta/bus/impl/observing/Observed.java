package org.slimta.bus.impl.observing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionObservation;

/**
 * One transaction at one place, as its observers see it. No method throws, and only {@link #enter} and its scope run
 * code of users on the calling thread. Thread-safe.
 */
public final class Observed extends UnreadResponses.Unread {

    /** What encloses a call of a handler or a filter on this thread. */
    @FunctionalInterface
    public interface Scope {

        /** The call is over. To be called on the same thread. */
        void leave();
    }

    /** What {@link #headers(HeaderCheck)} checks headers with. */
    @FunctionalInterface
    public interface HeaderCheck {

        /**
         * Checks headers.
         *
         * @param headers the headers
         * @throws BusException if they exceed a limit
         */
        void check(Headers headers) throws BusException;
    }

    /** The handler or the filter that the thread is in, or on behalf of which it sends. */
    private static final ThreadLocal<Observed> CURRENT = new ThreadLocal<>();

    private static final VarHandle ENDED = ended();
    private static final long NOT_ARRIVED = Long.MIN_VALUE;

    private final ObservedBy[] by; // Not changed.
    private final ObserverRegistry registry;
    private final Start start;
    private final Headers headers;
    private final long begin; // A time of System.nanoTime().
    private volatile long arrived = NOT_ARRIVED;
    private String answeredBy; // Written before arrived.
    private long readNanos; // The same. How long after its arrival the response may be read.
    private volatile boolean ended;
    private volatile boolean sent;

    private static VarHandle ended() {
        try {
            return MethodHandles.lookup().findVarHandle(Observed.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Observed(ObservedBy[] by, ObserverRegistry registry, Start start, Headers headers, long begin) {
        this.by = by;
        this.registry = registry;
        this.start = start;
        this.headers = headers;
        this.begin = begin;
    }

    /**
     * The headers to send, unless they exceed a limit because of observers.
     *
     * @param check checks the limits
     * @return those with what observers have added, or else those that the sender gave
     */
    public Headers headers(HeaderCheck check) {
        if (headers == start.headers()) {
            return headers;
        }
        try {
            check.check(headers);
            return headers;
        } catch (BusException e) {
            registry.headersLeftOut(start.busName(), e.getMessage());
            return start.headers();
        }
    }

    /** {@return the observation of the handler or the filter that this thread is in, or sends for; or null} */
    public static Observed current() {
        return CURRENT.get();
    }

    /**
     * Makes an observation the parent of what this thread sends until the scope is closed. Calls no observer.
     *
     * @param observed the observation; null to leave the present one
     * @return the scope, to be closed on this thread
     */
    public static Scope sendingFor(Observed observed) {
        if (observed == null) {
            return () -> {};
        }
        Observed outer = CURRENT.get();
        CURRENT.set(observed);
        return () -> restore(outer);
    }

    private static void restore(Observed outer) {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /**
     * Encloses a call of a handler or a filter on this thread.
     *
     * @param observed its observation; null if nobody observes it
     * @return the scope, to be closed on this thread
     */
    public static Scope enter(Observed observed) {
        return observed == null ? () -> {} : observed.enter();
    }

    private Scope enter() {
        TransactionObservation.Scope[] scopes = new TransactionObservation.Scope[by.length];
        for (int i = 0; i < scopes.length; i++) {
            scopes[i] = by[i].enter();
        }
        Scope current = sendingFor(this);
        return () -> {
            current.leave();
            for (int i = scopes.length - 1; i >= 0; i--) {
                if (scopes[i] != null) {
                    by[i].close(scopes[i]);
                }
            }
        };
    }

    /** Returns the observation of one observer, or null. */
    TransactionObservation observationOf(Registered observer) {
        for (ObservedBy one : by) {
            TransactionObservation found = one.of(observer);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The requests are leaving the client. Only the first call counts: they may be sent again, to another server. */
    public void sent() {
        if (sent) {
            return;
        }
        sent = true;
        for (ObservedBy one : by) {
            one.sent();
        }
    }

    /**
     * A response has arrived at the client; its end follows when it is read, or at a deadline.
     *
     * @param nanosToRead how long it may wait to be read
     * @param isCertain whether the client ends it at that deadline at the latest; otherwise it may never be read
     * @param server the server that it has come from
     */
    public void arrived(long nanosToRead, boolean isCertain, String server) {
        readNanos = nanosToRead;
        answeredBy = server;
        arrived = System.nanoTime();
        if (!ended && !isCertain) {
            registry.unread().add(this);
            if (ended) {
                registry.unread().remove(this);
            }
        }
    }

    /** Ends it as a success if its response has arrived and was not read in time. */
    @Override
    void endIfUnread(long now) {
        if (now - arrived >= readNanos) {
            ended(null, answeredBy);
        }
    }

    /**
     * The transaction has ended. Only the first call counts.
     *
     * @param failure the failure, or null if it has succeeded
     */
    public void ended(BusException failure) {
        ended(failure, start.target());
    }

    /**
     * The transaction of a client has ended. Only the first call counts.
     *
     * @param failure the failure, or null if it has succeeded
     * @param server the server that the requests were sent to last
     */
    public void ended(BusException failure, String server) {
        if (!ENDED.compareAndSet(this, false, true)) {
            return;
        }
        long end = arrived;
        if (end == NOT_ARRIVED) {
            end = System.nanoTime();
        } else {
            registry.unread().remove(this);
        }
        End result = new End(failure, end - begin, server);
        for (ObservedBy one : by) {
            one.ended(result);
        }
    }
}
