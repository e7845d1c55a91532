package org.slimta.bus.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** What is known of a transaction when it begins at one place. Immutable. */
@ProviderType
public interface TransactionStart {

    /** The places where a transaction is observed. */
    enum Role {
        /** The client that sends the requests. */
        CLIENT,
        /** The server where a handler or a program has received the requests. */
        SERVER,
        /** A handler that is called with the requests. */
        HANDLER,
        /** A filter that is called with the requests. */
        FILTER
    }

    /** {@return where it begins, never null} */
    Role role();

    /** {@return the name of the bus, as in messages and logs; never null} */
    String busName();

    /** {@return the kind of the bus, such as {@code server}, {@code client}, {@code local}, {@code proxy}; never null} */
    String busKind();

    /** {@return the client that sent the requests; null for {@link Role#CLIENT}} */
    Peer peer();

    /**
     * {@return for {@link Role#CLIENT} the server, or the list of servers, {@code host:port}, or {@code local} inside the
     * JVM; for {@link Role#HANDLER} and {@link Role#FILTER} the name of the class; null for {@link Role#SERVER}}
     */
    String target();

    /** {@return how many requests there are, 0 or more} */
    int requestCount();

    /** {@return the headers of the requests; for {@link Role#CLIENT} before observers have added any; never null} */
    Headers headers();

    /** {@return for {@link Role#SERVER} how long the requests have waited in the queue; zero for the others; never null} */
    Duration queued();

    /**
     * {@return what the same observer has returned for the place from which this one was reached: the server, or the filter
     * before it, for a handler and a filter; the handler or the filter for a client that it sends with on its own
     * thread, and for the client that was passed to the filter on any thread; otherwise null}
     */
    TransactionObservation parent();
}
