package org.slimta.bus.bench.work;

/** Is called once, when a transaction ends. */
public interface Completion {

    /** Called if the response arrived. */
    void done();

    /**
     * Called if the transaction failed.
     *
     * @param cause the cause
     */
    void failed(Throwable cause);
}
