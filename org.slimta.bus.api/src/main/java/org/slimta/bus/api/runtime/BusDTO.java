package org.slimta.bus.api.runtime;

import java.util.Map;

/** One bus, or one end of it where the other is not in this JVM. Counts begin when it was opened. */
public class BusDTO {

    /** Its name, never null. */
    public String name;

    /** {@code server}, {@code client}, {@code local}, {@code proxy} or {@code chain}. */
    public String kind;

    /**
     * Where it listens or sends to: {@code host:port}, or for a proxy or a chain the names of its buses; null if inside the JVM.
     */
    public String address;

    /** Whether it speaks TLS. */
    public boolean tls;

    /**
     * {@code ready}; {@code waiting} for what {@link #waitingFor} says; or {@code closing}, while what was taken in is still
     * answered.
     */
    public String state;

    /** What it is waiting for, for a person; or null. */
    public String waitingFor;

    /** The PID of its configuration, or null if it was opened by a bundle. */
    public String pid;

    /** The symbolic name of the bundle that opened it, or null if it is configured. */
    public String bundle;

    /** The name of its requests' codec, or of their class; null if not known. */
    public String requestType;

    /** The name of its responses' codec, or of their class; null if not known. */
    public String responseType;

    /** Open connections; 0 inside the JVM. */
    public int peers;

    /** Transactions that were sent or taken in and have not ended. */
    public int inFlight;

    /** Of those, how many wait to be received; 0 for a client. */
    public int queued;

    /** How many may wait to be received; 0 for a client. */
    public int queueSize;

    /** How many bytes its connections hold together: frames on their way, requests that are worked on; 0 inside the JVM. */
    public long heldBytes;

    /** How many bytes they may hold; 0 inside the JVM. */
    public long memoryLimit;

    /**
     * How many of its connections are not read now, by reason; without zeros, never null. A connection may have several.
     * {@code handshake}: a step of its TLS handshake is worked on. {@code memory}: {@link #memoryLimit} is used up. {@code
     * queue-full}: no more may wait to be received. {@code untaken-responses}: its client does not take its responses. {@code
     * in-flight}: as many of its requests as may be are without a response.
     */
    public Map<String, Integer> notRead = Map.of();

    /** Transactions that ended with responses. */
    public long answered;

    /** Transactions that failed, or were refused, by the names of their reasons; without zeros, never null. */
    public Map<String, Long> failed;

    /** Microseconds from its beginning to its answer, that half of the transactions took at most; -1 if there were none yet. */
    public long latency50;

    /** The same for 99 of 100. */
    public long latency99;

    /** The same for 999 of 1000. */
    public long latency999;

    /** The service id of the handler that serves it, or -1. */
    public long handler;

    /** The service ids of the filters that it runs through, in order; never null. */
    public long[] filters;

    /** Nothing yet. */
    public BusDTO() {}
}
