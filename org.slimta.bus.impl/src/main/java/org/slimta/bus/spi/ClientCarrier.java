package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.slimta.bus.api.BusException;

/**
 * Makes the carriers of clients that are made by configuration. Implemented by a carrier.
 *
 * @param <S> the settings of the carrier, with {@code equals}; a record, for example
 */
@ConsumerType
public interface ClientCarrier<S> {

    /**
     * Reads the settings of the carrier. Must not block.
     *
     * @param settings the configuration
     * @return the settings; used only if no problem was found
     */
    S read(CarrierSettings settings);

    /**
     * Makes the carrier of one client. May block, but need not wait for a server. Called again, some time later, if it fails; and
     * with other settings after the carrier that was open before is closed.
     *
     * @param settings the settings
     * @return the carrier
     * @throws BusException if it cannot be made now, with a message for an administrator; then nothing is left open
     */
    Carrier open(S settings) throws BusException;

    /**
     * Says where requests go, for services, messages and statistics.
     *
     * @param settings the settings
     * @return the address, such as {@code nats:relay}; not null
     */
    String address(S settings);
}
