package org.slimta.bus.impl.transaction;

/** The callback for new requests of an inbox, if there is one. Thread-safe. */
final class RequestTaker {

    private volatile Runnable callback; // Written under the lock of this.

    /** Sets a callback, which must not block. */
    synchronized void set(Runnable newCallback) {
        callback = newCallback;
    }

    /** Removes a callback. Nothing happens if another one is set. */
    synchronized void remove(Runnable formerCallback) {
        if (callback == formerCallback) {
            callback = null;
        }
    }

    /** A request was added: calls the callback on this thread. */
    void call() {
        Runnable current = callback;
        if (current != null) {
            current.run();
        }
    }
}
