package org.slimta.bus.impl.socket;

import java.io.EOFException;
import java.time.Duration;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.socket.OpeningLimit.Server;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * The first transaction of a connection, until the first response shows what the server supports. If the server is one
 * that can be asked what became of transactions, the first response is that to a probe, and the transaction is sent
 * after it: otherwise nobody could be asked about it if the connection broke. Source: the wire page, parts B and C.
 * Thread-safe.
 */
final class FirstTransaction<R> {

    /**
     * A server that has just come back may go away again and cut off new connections. This becomes apparent within this
     * time, and nothing is lost as long as nothing was sent.
     */
    private static final Duration SETTLE_TIME = Duration.ofMillis(20);

    /** The connection. */
    interface Connection {

        FrameConnection channel();

        /** Whether the options that it was made with are still in force. */
        boolean isInForce();

        /** The server keeps it; returns whether the pool keeps it too. */
        boolean joinPool();

        /** Ends it because of a fault of the server. */
        void giveUp(BusException failure);

        void close();

        /** Closes it if it accepts no more transactions and has none. */
        void closeIfDone();
    }

    private final Connection connection;
    private final ConnectionOwner<R, ?> pool;
    private final TargetServer<R> server;
    private final ReconnectQueue<FramedTransaction<R>>.Turn turn;
    private final SentTransactions<R> inFlight;
    private final Questions<R> questions;
    private final ClientConnectionLifecycle lifecycle;
    private volatile long probe; // Its number; 0 before it is sent, if there is none, and when it was answered.
    private volatile Sending<R> sending; // Null before it is set, and when the first response has arrived.

    FirstTransaction(
            Connection connection,
            ConnectionOwner<R, ?> pool,
            TargetServer<R> server,
            ReconnectQueue<FramedTransaction<R>>.Turn turn,
            SentTransactions<R> inFlight,
            Questions<R> questions,
            ClientConnectionLifecycle lifecycle) {
        this.connection = connection;
        this.pool = pool;
        this.server = server;
        this.turn = turn;
        this.inFlight = inFlight;
        this.questions = questions;
        this.lifecycle = lifecycle;
    }

    /** Adds the transaction to those in flight. */
    void set(FramedTransaction<R> transaction) {
        sending = transaction.isAsking() ? inFlight.addAsked(transaction) : inFlight.add(transaction);
    }

    /** Returns the transaction; null when its response, or that to a probe, has arrived. */
    Sending<R> sending() {
        return sending;
    }

    /** Whether the response to a probe is expected. */
    boolean isProbing() {
        return probe != 0;
    }

    /** Sends the transaction; a moment later if the server may go away again. */
    void start() {
        if (pool.isUnsettled()) {
            server.threads().after(SETTLE_TIME, () -> server.connecting().execute(this::send));
        } else {
            send();
        }
    }

    /** Sends the transaction, or a probe before it. */
    private void send() {
        Sending<R> first = sending;
        if (first == null || !lifecycle.isUnproven()) {
            return;
        }
        if (!connection.isInForce()) {
            questions.broken(inFlight.takeSent(), server.closed("its options have changed"));
            connection.close();
            return;
        }
        if (!first.isAsked() && !pool.isServerAsked()) {
            first.enqueue();
        } else {
            probe = server.session().newNumber();
            connection.channel().send(server.probe(probe));
        }
        connection.channel().flush();
    }

    /** The server has answered the probe, or has sent something else in place of that. */
    void onProbed(FrameHeader header, Frame frame) {
        if (header.tx() != 0 && header.tx() != probe) {
            connection.giveUp(
                    server.malformed("the server answered transaction " + header.tx() + ", which was not sent"));
            return;
        }
        Sending<R> waiting = sending;
        probe = 0;
        if (header.tx() == 0) { // Another server is there now, which serves one transaction on each connection.
            turn.answered(Server.SINGLE);
            pool.setServerAsked(false);
            lifecycle.endUnproven();
            inFlight.takeSent().forEach(each -> each.transaction().fail(server.replaced()));
            connection.close();
            return;
        }
        onFirstResponse(header);
        if (waiting != null) {
            sendAfterProbe(waiting, header, frame);
        }
        connection.closeIfDone();
    }

    private void sendAfterProbe(Sending<R> waiting, FrameHeader header, Frame frame) {
        boolean refused = header.isError(Reason.OVERLOADED);
        if (!waiting.isAsked() && !refused && connection.isInForce()) {
            waiting.enqueue(); // If the connection was closed meanwhile it was withdrawn, and goes elsewhere.
            connection.channel().flush();
        } else if (inFlight.take(waiting) != null) {
            if (waiting.isAsked() && refused) {
                pool.unreachable(waiting.transaction(), refusal());
            } else if (waiting.isAsked() && !waiting.transaction().askedServer().equals(questions.serverLife())) {
                waiting.transaction().fail(server.replaced());
            } else if (waiting.isAsked()) {
                pool.askAgain(List.of(waiting.transaction()));
            } else if (refused) {
                waiting.transaction().answered(frame, header);
            } else {
                pool.sendElsewhere(waiting.transaction());
            }
        }
    }

    private BusException refusal() {
        return server.failures()
                .of(Reason.CONNECT, server.name(), "the server has too many connections (OVERLOADED)", null);
    }

    /**
     * The first response with a number has arrived. If the server rejected the connection, the transaction reports why
     * and the connection ends; no more is known.
     */
    void onFirstResponse(FrameHeader header) {
        sending = null;
        if (header.isError(Reason.OVERLOADED)) {
            lifecycle.endUnproven();
            turn.over();
        } else {
            questions.onFirstResponse(header);
            pool.setServerAsked(questions.serverLife() != null);
            if (lifecycle.keep() && !connection.joinPool()) {
                lifecycle.retire();
            }
            turn.answered(Server.SHARES);
        }
        pool.advance();
    }

    /** The server supports only one transaction for each connection. */
    void onLastResponses(FrameHeader header, Frame frame) {
        Sending<R> only = sending == null ? null : inFlight.take(sending);
        if (!lifecycle.isUnproven() || only == null) {
            connection.giveUp(
                    server.malformed("the server sent responses without their number (tx) over a kept connection"));
            return;
        }
        if (only.isNumbered()) {
            turn.answered(Server.SINGLE);
        }
        only.transaction().answered(frame, header);
        if (connection.channel().unsentBytes() == 0) {
            lifecycle.endUnproven(); // The server has received the whole frame.
        }
        connection.close();
    }

    /**
     * The connection was closed. Without a response to the probe that is like a connection that was not opened: the
     * transaction must not open the next one at once.
     */
    void onClosed() {
        Sending<R> waiting = sending;
        if (probe != 0
                && waiting != null
                && !waiting.isAsked()
                && inFlight.take(waiting) != null
                && waiting.withdraw()) {
            pool.unreachable(
                    waiting.transaction(),
                    server.failures()
                            .of(
                                    Reason.CONNECT,
                                    server.name(),
                                    "the server closed the connection before it sent anything",
                                    new EOFException("closed before the first response")));
        }
    }

    /** There will be no first response any more. */
    void over() {
        sending = null;
        turn.over();
    }
}
