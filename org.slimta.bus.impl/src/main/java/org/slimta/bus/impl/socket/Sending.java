package org.slimta.bus.impl.socket;

import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.RootAttributes;

/** A transaction on one connection of its client. Thread-safe. */
final class Sending<R> implements Outbox.Item {

    private enum Phase {
        /** Nothing of it was sent. */
        WAITING,
        /** It is being sent in the slimta form, or was. */
        PLAIN,
        /** It is being sent, or was, with the offer to keep the connection. */
        NUMBERED,
        /** Nothing of it was sent, and will not be. */
        WITHDRAWN
    }

    private final ClientExchange<R> exchange;
    private final ClientConnection<R> connection;
    private Phase phase = Phase.WAITING;

    Sending(ClientExchange<R> exchange, ClientConnection<R> connection) {
        this.exchange = exchange;
        this.connection = connection;
    }

    ClientExchange<R> exchange() {
        return exchange;
    }

    @Override
    public FrameEncoder encoder() {
        return exchange.encoder();
    }

    /** What is overdue is not sent, since whoever tells its owner may be telling now that it was not. */
    @Override
    public synchronized byte[] begin() {
        if (phase != Phase.WAITING || !exchange.isWith(connection) || exchange.nanosLeft() <= 0) {
            return null;
        }
        phase = connection.numbers() ? Phase.NUMBERED : Phase.PLAIN;
        return phase == Phase.NUMBERED ? exchange.rootAttributes() : RootAttributes.NONE;
    }

    /**
     * Has it not be sent any more.
     *
     * @return whether nothing of it was sent
     */
    synchronized boolean withdraw() {
        if (phase == Phase.WAITING) {
            phase = Phase.WITHDRAWN;
        }
        return phase == Phase.WITHDRAWN;
    }

    /** Whether it offered to keep the connection. */
    synchronized boolean isNumbered() {
        return phase == Phase.NUMBERED;
    }

    @Override
    public void failed(BusException failure) {
        exchange.failAt(failure);
    }
}
