package org.slimta.bus.impl.transport;

/** A frame that waits to be written to one connection. Thread-safe. */
public interface QueuedFrame {

    /** Nobody wants it any more: it does not leave, and takes no more memory, unless some of it has left already. */
    void withdraw();
}
