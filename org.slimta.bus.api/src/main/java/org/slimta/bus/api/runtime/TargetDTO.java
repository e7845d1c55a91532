package org.slimta.bus.api.runtime;

/** One of the servers of a client that has a list of hosts, or whose servers come and go. */
public class TargetDTO {

    /**
     * The server, {@code host:port}; if the host is a name with several addresses, the address follows in parentheses.
     * Over NATS {@code nats:} and the identity of the server. Never null.
     */
    public String address;

    /**
     * {@code ready}; {@code resting} if it could not be reached; {@code closing} if it has announced that it is closing;
     * {@code probing} if one transaction tries whether it is back; {@code leaving} if it is not among the hosts any more,
     * or has announced over NATS that it is closing; {@code silent} if it was not heard of over NATS for some seconds. Never null.
     */
    public String state;

    /** The number of connections to it, including those that are being opened. */
    public int connections;

    /** The number of transactions that were given to it and have not ended. */
    public int inFlight;

    /** How many requests it has told that it can take; -1 if it does not tell. */
    public int room = -1;

    /** How long ago it was heard of, in milliseconds; -1 if that is not known. */
    public long heard = -1;

    /** The node that it is connected to; null if it is connected to none, or that is not known. */
    public String node;

    /** Why it could not be reached last; null if it was reached since, or never failed. */
    public String lastFailure;

    /** Creates an empty DTO, whose fields the provider fills. */
    public TargetDTO() {}
}
