package org.slimta.bus.impl.transport;

/** A frame that waits to be sent over one connection. Thread-safe. */
public interface QueuedFrame {

    /**
     * The frame is not wanted any more: it does not leave, and its memory is released, unless some of it has left
     * already.
     */
    void withdraw();
}
