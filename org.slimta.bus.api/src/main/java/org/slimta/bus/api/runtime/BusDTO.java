package org.slimta.bus.api.runtime;

import java.util.Map;

/** One bus, or one end of it if the other end is not in this JVM. Counts start when the bus is opened. */
public class BusDTO {

    /** The name of the bus, never null. */
    public String name;

    /** {@code server}, {@code client}, {@code local}, {@code proxy} or {@code chain}. */
    public String kind;

    /**
     * The address that it listens on or sends to: {@code host:port}, or for a proxy or a chain the names of its buses;
     * null inside the JVM.
     */
    public String address;

    /** Whether it uses TLS. */
    public boolean tls;

    /** The subject of its own certificate, such as {@code CN=relay}; null if it has none. */
    public String certificateSubject;

    /** When its own certificate expires, in milliseconds since 1970 UTC; 0 if it has none. */
    public long certificateExpires;

    /**
     * {@code ready}; {@code waiting} for what {@link #waitingFor} says; or {@code closing}, while accepted requests are
     * still answered.
     */
    public String state;

    /** A human-readable description of what the bus is waiting for; or null. */
    public String waitingFor;

    /**
     * A human-readable description of the part of its configuration that is not in force, and why: the bus continues
     * with its previous settings. Null if it is as configured.
     */
    public String problem;

    /**
     * The names in its configuration that are not settings of its kind of bus, with their values: its services have
     * these properties too. Values that may be secrets are replaced. Never null.
     */
    public Map<String, String> customProperties = Map.of();

    /**
     * When it was opened, in milliseconds since 1970 UTC; 0 if it is not open: a server does not listen then, while one
     * that waits for a handler does.
     */
    public long opened;

    /** The PID of its configuration, or null if a bundle opened it. */
    public String pid;

    /** The symbolic name of the bundle that opened it, or null if it is configured. */
    public String bundle;

    /** The name of the codec of its requests, or of their class; null if unknown. */
    public String requestType;

    /** The name of the codec of its responses, or of their class; null if unknown. */
    public String responseType;

    /** The number of open connections; 0 inside the JVM. */
    public int peers;

    /** The open connections, those with the most transactions in flight first, at most 100; never null. */
    public ConnectionDTO[] connections = {};

    /** The servers of a client that has a list of hosts, in the order of the hosts; empty for others, never null. */
    public TargetDTO[] targets = {};

    /** The number of transactions that were sent or accepted and have not ended. */
    public int inFlight;

    /** The age of the oldest transaction in flight, in milliseconds; -1 if there is none. */
    public long oldestInFlight = -1;

    /** The number of those that wait to be received; 0 for a client. */
    public int queued;

    /** The number of transactions that may wait to be received; 0 for a client. */
    public int queueSize;

    /**
     * The number of bytes that its connections hold together: frames that are arriving or being sent, and requests that
     * are processed; 0 inside the JVM.
     */
    public long heldBytes;

    /** The number of bytes that its connections may hold together; 0 inside the JVM. */
    public long memoryLimit;

    /**
     * The number of its connections that the bus does not read from at the moment, by reason; without zeros, never
     * null. A connection may have several reasons. {@code handshake}: a step of its TLS handshake is computed.
     * {@code memory}: {@link #memoryLimit} is used up. {@code queue-full}: {@link #queueSize} transactions wait to be
     * received. {@code untaken-responses}: its client does not read its responses. {@code in-flight}: the maximum
     * number of its requests is unanswered.
     */
    public Map<String, Integer> notRead = Map.of();

    /** The number of transactions that ended with responses. */
    public long answered;

    /** The number of transactions that failed or were refused, by the name of the reason; without zeros, never null. */
    public Map<String, Long> failed;

    /** When the last transaction ended with responses, in milliseconds since 1970 UTC, exact to 5 seconds; 0 if none did. */
    public long lastAnswered;

    /** The last transaction that failed or was refused; null if none did. */
    public FailureDTO lastFailure;

    /**
     * Since when its transactions fail, in milliseconds since 1970 UTC: 0 if they work, that is if within the last 5
     * seconds with transactions at least one was answered and none failed. For a server only those failures count that
     * it or its handlers are responsible for, such as {@code HANDLER}, and not what a client sent.
     */
    public long failingSince;

    /** What happened in the last minute, or since the opening if that is less; never null. */
    public RecentDTO recent = new RecentDTO();

    /** Median latency in microseconds, from the start of a transaction to its responses; -1 if there are no samples. */
    public long latency50;

    /** The 99th percentile of the latency in microseconds; -1 if there are no samples. */
    public long latency99;

    /** The 99.9th percentile of the latency in microseconds; -1 if there are no samples. */
    public long latency999;

    /** The service id of the handler that serves the bus, or -1. */
    public long handler;

    /** The service ids of the filters that its transactions pass, in order; never null. */
    public long[] filters;

    /** The node of the cluster that a bus over NATS is, or was last, connected to; null for other buses. */
    public String node;

    /** How often a bus over NATS has lost its connection to the cluster. */
    public long reconnects;

    /** The number of requests about which a client over NATS has asked its servers what became of them. */
    public long asked;

    /** The number of requests that a client over NATS has sent again, since no server had them. */
    public long sentAgain;

    /** The number of requests that a server over NATS has given back: its queue was full, or it was closing. */
    public long givenBack;

    /** Creates an empty DTO, whose fields the provider fills. */
    public BusDTO() {}
}
