package org.slimta.bus.api.runtime;

/** One open connection of a bus. */
public class ConnectionDTO {

    /** The address of the peer, {@code host:port}; never null. */
    public String address;

    /** The subject of the peer's certificate, such as {@code CN=edge}; null if it has shown none. */
    public String identity;

    /** When it was opened, in milliseconds since 1970 UTC. */
    public long opened;

    /** The number of its transactions that have not ended. */
    public int inFlight;

    /** Why the bus does not read from it at the moment: keys of {@link BusDTO#notRead}; never null. */
    public String[] notRead = {};

    /** Creates an empty DTO, whose fields the provider fills. */
    public ConnectionDTO() {}
}
