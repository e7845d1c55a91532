package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Inbox.Offer;
import org.slimta.bus.impl.transport.WaitingLine;

/**
 * The connections of a server that are not read because its queue is full. When the queue has room, the connections
 * that were parked first are read first, and before all other connections. Thread-safe.
 */
final class ParkedConnections<Q, R> {

    /** A parked connection. */
    interface Parked {

        /**
         * Offers what was read to the queue, and reads on. Called on any thread.
         *
         * @return false if the queue has no room after all
         */
        boolean unpark();
    }

    private final Inbox<Q, R> inbox;
    private final WaitingLine<Parked> waiting = new WaitingLine<>();

    ParkedConnections(Inbox<Q, R> inbox) {
        this.inbox = inbox;
    }

    /** Offers a request of a connection that is being read to the queue, unless parked connections come first. */
    Offer offer(Arrival<Q, R> request) {
        return waiting.isEmpty() ? inbox.offer(request) : inbox.isStopped() ? Offer.CLOSED : Offer.FULL;
    }

    /** Makes a connection wait for room in the queue. */
    void park(Parked connection) {
        waiting.add(connection);
        onRoom();
    }

    /** The queue may have room. */
    void onRoom() {
        while (!waiting.isEmpty() && !inbox.isFull()) {
            Parked connection = waiting.poll();
            if (connection != null && !connection.unpark()) {
                waiting.requeue(connection);
            }
        }
    }

    /** A connection is closed. */
    void forget(Parked connection) {
        waiting.remove(connection);
    }
}
