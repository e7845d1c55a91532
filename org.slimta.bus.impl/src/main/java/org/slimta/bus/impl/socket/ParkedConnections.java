package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Inbox.Offer;
import org.slimta.bus.impl.transport.WaitingLine;

/**
 * The connections of a server that are not read since its queue is full. Those that were parked first are read first when there
 * is room, and before all others. Thread-safe.
 */
final class ParkedConnections<Q, R> {

    private final Inbox<Q, R> inbox;
    private final WaitingLine<ServerConnection<Q, R>> line = new WaitingLine<>();

    /** None is parked. */
    ParkedConnections(Inbox<Q, R> inbox) {
        this.inbox = inbox;
    }

    /** Takes in a request of a connection that is read, if none is parked. */
    Offer offer(ServerExchange<Q, R> exchange) {
        return line.isEmpty() ? inbox.offer(exchange) : inbox.isStopped() ? Offer.CLOSED : Offer.FULL;
    }

    /** Has a connection wait for room. */
    void park(ServerConnection<Q, R> connection) {
        line.add(connection);
        onRoom();
    }

    /** There may be room. */
    void onRoom() {
        while (!line.isEmpty() && !inbox.isFull()) {
            ServerConnection<Q, R> connection = line.poll();
            if (connection != null && !connection.unpark()) {
                line.requeue(connection);
            }
        }
    }

    /** A connection is closed. */
    void forget(ServerConnection<Q, R> connection) {
        line.remove(connection);
    }
}
