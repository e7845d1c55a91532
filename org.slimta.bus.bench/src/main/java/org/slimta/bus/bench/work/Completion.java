package org.slimta.bus.bench.work;

/** Is told, once, how a transaction ended. */
public interface Completion {

    /** It was answered. */
    void done();

    /**
     * It failed.
     *
     * @param cause why
     */
    void failed(Throwable cause);
}
