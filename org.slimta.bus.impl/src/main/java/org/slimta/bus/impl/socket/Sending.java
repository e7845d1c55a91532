package org.slimta.bus.impl.socket;

import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.RootAttributes;

/** A transaction on one connection of its client. Thread-safe. */
final class Sending<R> implements OutboundFrame {

    private enum Phase {
        /** No part of it was sent. */
        WAITING,
        /** It is being sent in slimta's form, or was. */
        PLAIN,
        /** It is being sent, or was, with the offer to keep the connection. */
        NUMBERED,
        /** No part of it was sent, and none will be. */
        WITHDRAWN
    }

    /** The connection of a transaction. */
    interface Route<R> extends FramedTransaction.Holder<R> {

        /** The connection, for frames. */
        FrameConnection channel();

        /** Whether requests that are sent now have their number, which offers to keep the connection. */
        boolean sendsNumbers();

        /** Returns the attributes of the root of numbered requests that are sent now. */
        byte[] rootAttributes(long tx, FramedTransaction<R> transaction);
    }

    private final FramedTransaction<R> transaction;
    private final Route<R> connection;
    private final long tx;
    private final boolean asked;
    private Phase phase; // Guarded by this.
    private QueuedFrame queued; // Guarded by this. Its place in the queue of the connection, once it has one.
    private boolean isLast; // Guarded by this. Whether the connection ends after it, without another frame.

    private Sending(FramedTransaction<R> transaction, Route<R> connection, boolean asked) {
        this.transaction = transaction;
        this.connection = connection;
        this.tx = transaction.tx();
        this.asked = asked;
        this.phase = asked ? Phase.NUMBERED : Phase.WAITING;
    }

    /** Creates the sending of a transaction that waits to be sent. */
    static <R> Sending<R> waiting(FramedTransaction<R> transaction, Route<R> connection) {
        return new Sending<>(transaction, connection, false);
    }

    /** Creates one of a transaction that was sent over another connection, and that the server is asked about here. */
    static <R> Sending<R> asked(FramedTransaction<R> transaction, Route<R> connection) {
        return new Sending<>(transaction, connection, true);
    }

    /** Returns the number of the transaction on this connection. */
    long tx() {
        return tx;
    }

    /** Whether the transaction was sent over another connection, and the server is asked about it here. */
    boolean isAsked() {
        return asked;
    }

    FramedTransaction<R> transaction() {
        return transaction;
    }

    @Override
    public FrameEncoder encoder() {
        return transaction.frame();
    }

    /**
     * A transaction after its deadline is not sent, because its owner may be notified at this moment that it was not
     * sent.
     */
    @Override
    public synchronized byte[] begin() {
        if (phase != Phase.WAITING || !transaction.isHeldBy(connection) || transaction.nanosLeft() <= 0) {
            return null;
        }
        if (!transaction.beginSending()) {
            return null;
        }
        phase = connection.sendsNumbers() ? Phase.NUMBERED : Phase.PLAIN;
        return phase == Phase.NUMBERED ? connection.rootAttributes(tx, transaction) : RootAttributes.NONE;
    }

    /** Adds it to the queue of the connection. */
    void enqueue() {
        QueuedFrame place = connection.channel().send(this);
        synchronized (this) {
            queued = place;
            if (phase != Phase.WITHDRAWN) {
                return;
            }
        }
        place.withdraw(); // It was withdrawn before its place was known.
    }

    /**
     * Withdraws it, so that it uses no more memory in the queue of the connection.
     *
     * @return whether no part of it was sent
     */
    boolean withdraw() {
        QueuedFrame place;
        synchronized (this) {
            if (phase != Phase.WAITING) {
                return phase == Phase.WITHDRAWN;
            }
            phase = Phase.WITHDRAWN;
            place = queued;
        }
        if (place != null) {
            place.withdraw();
        }
        return true;
    }

    /**
     * The connection ends: with this frame, if it is being sent or was sent.
     *
     * @return whether no part of it was sent, so that the connection has to end with something else
     */
    boolean isUnsentAtEnd() {
        if (asked || withdraw()) { // What was asked about was sent over another connection.
            return true;
        }
        synchronized (this) {
            isLast = phase != Phase.WITHDRAWN;
            return !isLast;
        }
    }

    /** Whether it offered to keep the connection. */
    synchronized boolean isNumbered() {
        return phase == Phase.NUMBERED;
    }

    @Override
    public void failed(BusException failure) {
        transaction.failAt(failure);
    }

    @Override
    public void notSent(BusException failure) {
        boolean wasLast;
        synchronized (this) {
            phase = Phase.WITHDRAWN;
            wasLast = isLast;
        }
        transaction.takeBack();
        if (wasLast) {
            new ConnectionToClose(connection.channel()).sendEmptyArray();
        }
        failed(failure);
    }
}
