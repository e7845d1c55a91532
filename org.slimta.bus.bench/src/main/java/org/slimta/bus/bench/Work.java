package org.slimta.bus.bench;

/** Something to measure. */
interface Work {

    /**
     * Does it for some time.
     *
     * @param nanos for how long
     * @return how many times a second it was done
     */
    double run(long nanos) throws Exception;
}
