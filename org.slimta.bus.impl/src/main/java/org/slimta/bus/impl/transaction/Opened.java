package org.slimta.bus.impl.transaction;

/** Something that was opened and is to be closed by its owner. */
public interface Opened extends AutoCloseable {

    /**
     * Tells whether it needs to be closed no more.
     *
     * @return whether it is closed, or closing
     */
    boolean isClosed();

    @Override
    void close();
}
