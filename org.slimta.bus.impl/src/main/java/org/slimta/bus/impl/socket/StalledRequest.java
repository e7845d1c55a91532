package org.slimta.bus.impl.socket;

import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * The one request of a connection that has found no room in the queue; until there is room the connection is not read.
 * Thread-safe.
 */
final class StalledRequest<Q, R> {

    private final Reception<Q, R> reception;
    private final ParkedConnections<Q, R> parked;
    private final FrameConnection channel;
    private final AtomicReference<ServerExchange<Q, R>> request = new AtomicReference<>();

    StalledRequest(Reception<Q, R> reception, ParkedConnections<Q, R> parked, FrameConnection channel) {
        this.reception = reception;
        this.parked = parked;
        this.channel = channel;
    }

    void set(ServerExchange<Q, R> stalled) {
        request.set(stalled);
    }

    /** Returns it to its client, unless it has ended. */
    void returnToClient() {
        ServerExchange<Q, R> stalled = request.getAndSet(null);
        if (stalled != null) {
            stalled.returnToClient();
        }
    }

    /** Reads nothing more from the connection until the queue has room. */
    void park(ParkedConnections.Parked connection) {
        channel.incoming().pause(PauseReason.QUEUE_FULL);
        parked.park(connection);
    }

    /**
     * The queue has room: the request is added, and more is read.
     *
     * @param drain reads nothing more, if the server is closing; called on the event thread
     * @return whether there was enough room
     */
    boolean retry(Runnable drain) {
        ServerExchange<Q, R> stalled = request.getAndSet(null);
        if (stalled != null) {
            Inbox.Offer offer = reception.inbox().offer(stalled);
            if (offer == Inbox.Offer.FULL) {
                request.set(stalled);
                if (reception.isStopped()) {
                    channel.execute(drain); // An earlier drain may have found no request here.
                }
                return false;
            }
            if (offer == Inbox.Offer.CLOSED) {
                stalled.returnToClient();
            }
        }
        channel.execute(() -> channel.incoming().resume(PauseReason.QUEUE_FULL));
        return true;
    }
}
