package org.slimta.bus.nats.impl.client;

import org.slimta.bus.nats.impl.transfer.IncomingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.OutboundRequest;

/** A request of the client, and where it is. The methods are to be called with the lock of this. */
final class Flight {

    enum State {
        /** No server has it: it waits for one. */
        WAITING,
        /** It was sent to a server, under its present number. */
        SENT,
        /** It has ended. */
        ENDED
    }

    private final OutboundRequest request;
    private State state = State.WAITING;
    private Member member; // Where it was sent; null while it waits.
    private long number; // Under which it was sent.
    private long signAt; // When it was sent, or when the server told last that it works on it.
    private long askedAt; // When the client asked about it last.
    private boolean asked; // Whether it was asked about since it was sent.
    private long losses; // How often the connection had been lost when it was sent, or asked about.
    private OutgoingTransfer sending; // Null if it went in one message.
    private IncomingTransfer receiving; // Null unless a large response is arriving.

    Flight(OutboundRequest request) {
        this.request = request;
    }

    OutboundRequest request() {
        return request;
    }

    State state() {
        return state;
    }

    Member member() {
        return member;
    }

    long number() {
        return number;
    }

    OutgoingTransfer sending() {
        return sending;
    }

    void setSending(OutgoingTransfer transfer) {
        sending = transfer;
    }

    IncomingTransfer receiving() {
        return receiving;
    }

    void setReceiving(IncomingTransfer transfer) {
        receiving = transfer;
    }

    /** It is about to be sent. */
    void sendTo(Member to, long underNumber, long now, long lossesNow) {
        state = State.SENT;
        member = to;
        number = underNumber;
        signAt = now;
        asked = false;
        losses = lossesNow;
        to.begin();
    }

    /** Whether it was sent to a server under a number, and has not ended. */
    boolean isSent(long underNumber, String sid) {
        return state == State.SENT && number == underNumber && member.sid().equals(sid);
    }

    /** Whether the server may have all of it. */
    boolean mayHaveArrived() {
        return sending == null || sending.isSent();
    }

    /** The server works on it, or takes in what is sent of it. */
    void workedOn(long now) {
        signAt = now;
        member.answered(now);
    }

    /** No server has it: it waits again. */
    void comeBack() {
        leave();
        state = State.WAITING;
    }

    void end() {
        leave();
        state = State.ENDED;
    }

    private void leave() {
        if (state == State.SENT) {
            member.end();
        }
        member = null;
        sending = null;
        receiving = null;
    }

    /**
     * Whether its server has to be asked about it now: after a silence, and again after a pause; and at once if the connection was
     * lost meanwhile. What a server cannot have is not asked about.
     */
    boolean isToBeAsked(long now, long silence, long pause, long lossesNow) {
        boolean wasLost = losses != lossesNow;
        return mayHaveArrived() && (wasLost || (now - signAt > silence && (!asked || now - askedAt > pause)));
    }

    void askedAbout(long now, long lossesNow) {
        asked = true;
        askedAt = now;
        losses = lossesNow;
    }

    /** When something was heard of it last, or it was sent. */
    long signAt() {
        return signAt;
    }
}
