package org.slimta.bus.api.runtime;

/** One of the servers of a client that has a list of hosts. */
public class TargetDTO {

    /**
     * The server, {@code host:port}; if the host is a name with several addresses, the address follows in parentheses.
     * Never null.
     */
    public String address;

    /**
     * {@code ready}; {@code resting} if it could not be reached; {@code closing} if it has announced that it is closing;
     * {@code probing} if one transaction tries whether it is back; {@code leaving} if it is not among the hosts any more.
     * Never null.
     */
    public String state;

    /** The number of connections to it, including those that are being opened. */
    public int connections;

    /** The number of transactions that were given to it and have not ended. */
    public int inFlight;

    /** Why it could not be reached last; null if it was reached since, or never failed. */
    public String lastFailure;

    /** Creates an empty DTO, whose fields the provider fills. */
    public TargetDTO() {}
}
