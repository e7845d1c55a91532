package org.slimta.bus.bench.work;

/** A way to load a client. */
public interface Measure {

    /**
     * Loads it.
     *
     * @param client what to load
     * @param nanos for how long; what is under way then is waited for
     * @return what was measured
     * @throws Exception if a transaction failed
     */
    Sample run(Client client, long nanos) throws Exception;
}
