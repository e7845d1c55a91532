package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * Brings requests to servers that are made by configuration. Implemented by a carrier.
 *
 * @param <S> the settings of the carrier, with {@code equals}; a record, for example
 */
@ConsumerType
public interface ServerCarrier<S> {

    /**
     * Reads the settings of the carrier. Must not block.
     *
     * @param settings the configuration
     * @return the settings; used only if no problem was found
     */
    S read(CarrierSettings settings);

    /**
     * Says where requests are taken from, for services, messages and statistics.
     *
     * @param settings the settings
     * @return the address, such as {@code nats:relay}; not null
     */
    String address(S settings);

    /**
     * Begins to bring requests. May block. Called again, some time later, if it fails; and with other settings after the carrier
     * that was open before is closed.
     *
     * @param settings the settings
     * @param server takes the requests
     * @return the open carrier
     * @throws BusException if requests cannot be brought now, with a message for an administrator; then nothing is left open
     */
    Open open(S settings, CarriedServer<Object, Object> server) throws BusException;

    /** A carrier that brings requests to one server. Implemented by a carrier. */
    @ConsumerType
    interface Open {

        /** Brings no new requests from now on. Replies to those that were brought are still sent. May block briefly. */
        void stop();

        /**
         * Adds what only the carrier knows to the report of the server: its clients, for example.
         *
         * @param bus the report, in which the provider has set everything else
         */
        default void report(BusDTO bus) {}

        /** Releases everything. Called once, after {@link #stop()}, when all requests have been answered or have failed. */
        void close();
    }
}
