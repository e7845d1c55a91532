package org.slimta.bus.impl.transaction;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.concurrent.LinkedMembers;

/**
 * Requests that reached a server and wait to be received.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public abstract class Arrival<Q, R> extends LinkedMembers.Member {

    /**
     * Makes it a transaction. May wait for a codec.
     *
     * @param codecs what to read and answer it with; null for the codecs that there are at that moment
     * @return the transaction, or null if it has failed or its client is gone
     * @throws InterruptedException if the thread was interrupted while it waited; it can be opened again
     */
    public abstract ServerTransaction<Q, R> open(CodecPair codecs) throws InterruptedException;

    /**
     * Tells whether nobody waits for it any more.
     *
     * @return whether it has ended
     */
    public abstract boolean isOver();

    /**
     * Has it wait, if its client is not to get more answers now. Whoever sets it aside puts it back when its time comes.
     *
     * @return whether it waits
     */
    public boolean setAside() {
        return false;
    }

    /**
     * When it came.
     *
     * @return a time of {@link System#nanoTime()}
     */
    public abstract long arrived();

    /** {@return the client; not null} */
    public abstract Peer peer();

    /**
     * Fails it for its receiver, unless it was answered.
     *
     * @param failure why
     */
    public abstract void fail(BusException failure);

    /**
     * Fails it before a receiver has it, unless it was answered.
     *
     * @param failure why
     */
    public abstract void refuse(BusException failure);

    /**
     * Gives it up since the server is closed, unless it was answered: it fails, or goes elsewhere if that is possible.
     *
     * @param failure why
     */
    public abstract void abandon(BusException failure);
}
