package org.slimta.bus.bench.work;

/** A way to load a client. */
public interface Measure {

    /**
     * Loads the client.
     *
     * @param client the client
     * @param nanos for how many nanoseconds; waits afterwards for transactions that are in flight
     * @return the rate and the latencies
     * @throws Exception if a transaction failed
     */
    Sample run(Client client, long nanos) throws Exception;
}
