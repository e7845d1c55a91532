package org.slimta.bus.impl.socket;

import org.slimta.bus.api.Peer;
import org.slimta.bus.impl.exchange.FramedRequest;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/** A request that arrived over a connection, and is answered over the same one. Thread-safe. */
final class ServerExchange<Q, R> extends FramedRequest<Q, R> implements UnansweredRequests.Entry {

    /** The connection of a request. The methods are called on any thread, and must not block. */
    interface Connection<Q, R> {

        Peer peer();

        boolean isOpen();

        /** Ends a request with a frame, or without one. */
        void reply(ServerExchange<Q, R> request, OutboundFrame frame);

        /** Sends a failure in place of responses that could not be sent; null ends the connection. */
        void replaceReply(OutboundFrame failure);

        /** Keeps a request out of the queue until its client has read more; returns false if that is not necessary. */
        boolean setAside(ServerExchange<Q, R> request);
    }

    private final Connection<Q, R> connection;
    private int place;

    ServerExchange(Reception<Q, R> reception, Connection<Q, R> connection, FrameHeader header, Frame frame) {
        super(reception, header, frame);
        this.connection = connection;
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    protected boolean isPeerGone() {
        return !connection.isOpen();
    }

    @Override
    protected void reply(OutboundFrame frame) {
        connection.reply(this, frame);
    }

    @Override
    protected void cancelledWithoutReply() {
        connection.reply(this, null);
    }

    @Override
    protected void replaceReply(OutboundFrame failure) {
        connection.replaceReply(failure);
    }

    @Override
    public boolean setAside() {
        return connection.setAside(this);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void setPlace(int newPlace) {
        place = newPlace;
    }
}
