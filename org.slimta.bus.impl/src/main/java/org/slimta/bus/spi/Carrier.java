package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * Brings the requests of one client to a server, and the responses back. Implemented by a carrier. The methods are called on any
 * thread, also at the same time, and must not block.
 */
@ConsumerType
public interface Carrier {

    /** {@return where requests go, for messages and statistics, such as {@code nats:relay}; not null} */
    String target();

    /**
     * Sends requests. In the end the carrier either delivers the bytes of the response frame to {@link OutboundRequest#response()},
     * or calls {@link OutboundRequest#fail}; if it does neither, the transaction fails when its time is over. If this method throws,
     * the transaction fails with {@code CLOSED}.
     *
     * @param request the requests; may have ended
     */
    void send(OutboundRequest request);

    /**
     * A transaction that was sent has ended: with its response, a failure, because its time is over, or because its client
     * has cancelled it. Nothing more is to be done for it. Called once for each {@link #send}, after that has returned.
     *
     * @param request the requests
     */
    default void ended(OutboundRequest request) {}

    /** {@return how many peers the carrier can reach now, for statistics; 0 or more} */
    default int peerCount() {
        return 0;
    }

    /**
     * Adds what only the carrier knows to the report of its client: the servers, for example.
     *
     * @param bus the report, in which the provider has set everything else
     */
    default void report(BusDTO bus) {}

    /**
     * Tells why transactions cannot be sent now.
     *
     * @return a message for an administrator, such as {@code no server of relay is there}; null if they can be sent
     */
    default String waitingFor() {
        return null;
    }

    /**
     * Sets what is told of changes of {@link #waitingFor}. Called at most once, before the first request.
     *
     * @param listener does not block; may be called on any thread, and also without a change
     */
    default void setListener(Runnable listener) {}

    /**
     * Releases everything. The client is closed, and {@link #ended} was called for each request. Called once, and nothing
     * else is called afterwards but {@link #peerCount}, {@link #report} and {@link #waitingFor}.
     */
    void close();
}
