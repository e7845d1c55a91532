package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.ClientSession;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.Negotiation;

/**
 * The questions of a client to the server of one connection: what became of transactions that were sent over
 * connections that broke. A server that cannot be asked is not asked. Source: the wire page, part C. Thread-safe.
 */
final class Questions<R> {

    /** While this many bytes wait to be sent, the server is not told what is cancelled. */
    private static final long MAX_UNSENT_BYTES = 1 << 20;

    /** So many requests are sent before the server is told again which responses have arrived. */
    private static final int SEEN_INTERVAL = 64;

    /** A question is short, so that some arrive even over a network that cuts each connection soon. */
    private static final int NUMBERS_A_FRAME = 16;

    private final TargetServer<R> server;
    private final ClientSession session;
    private final FrameConnection channel;
    private final SentTransactions<R> inFlight;
    private final Consumer<FramedTransaction<R>> sendElsewhere;
    private final Consumer<List<FramedTransaction<R>>> askAgain;
    private volatile String serverLife;
    private int sinceSeen; // Racy on purpose: only requests that are being sent count, one after the other.

    /**
     * Creates the questions of a new connection.
     *
     * @param server the server
     * @param channel the connection
     * @param inFlight the transactions of the connection
     * @param sendElsewhere sends a transaction that was not processed
     * @param askAgain asks about transactions over another connection
     */
    Questions(
            TargetServer<R> server,
            FrameConnection channel,
            SentTransactions<R> inFlight,
            Consumer<FramedTransaction<R>> sendElsewhere,
            Consumer<List<FramedTransaction<R>>> askAgain) {
        this.server = server;
        this.session = server.session();
        this.channel = channel;
        this.inFlight = inFlight;
        this.sendElsewhere = sendElsewhere;
        this.askAgain = askAgain;
    }

    /** The first response has arrived: it shows whether the server can be asked. */
    void onFirstResponse(FrameHeader header) {
        Negotiation negotiation = header.negotiation();
        serverLife = server.asksQuestions() && negotiation.canAsk() ? negotiation.server() : null;
    }

    /** Returns the identity of the server; null if it cannot be asked, or has sent no response. */
    String serverLife() {
        return serverLife;
    }

    /**
     * Asks about transactions that were added to those in flight.
     *
     * @param numbers their numbers
     * @param epoch the epoch of the question, taken before they were added
     */
    void ask(List<Long> numbers, long epoch) {
        for (int from = 0; from < numbers.size(); from += NUMBERS_A_FRAME) {
            int to = Math.min(numbers.size(), from + NUMBERS_A_FRAME);
            channel.send(ControlFrame.of(ControlFrames.ask(numbers.subList(from, to), epoch)));
        }
        channel.flush();
    }

    /** Returns up to which number the server may forget its responses; 0 if it need not be told now. */
    long seenToTell() {
        return serverLife == null || ++sinceSeen % SEEN_INTERVAL != 0 ? 0 : session.seen();
    }

    /** The server answers questions, or gives back requests that have overtaken one. */
    void onAnswers(Map<String, String> control) {
        forEachNumber(control.get("unknown"), this::resend);
        forEachNumber(control.get("back"), this::resend);
        forEachNumber(control.get("forgotten"), this::forgotten);
    }

    private static void forEachNumber(String numbers, Consumer<Long> action) {
        if (numbers != null) {
            ControlFrames.numbers(numbers).forEach(action);
        }
    }

    /** It was not processed, and never will be under this number. */
    private void resend(long tx) {
        Sending<R> sending = inFlight.take(tx);
        if (sending != null) {
            sending.withdraw(); // A faulty server may speak of what was not sent yet.
            sending.transaction().renew();
            sendElsewhere.accept(sending.transaction());
        }
    }

    private void forgotten(long tx) {
        Sending<R> sending = inFlight.take(tx);
        if (sending != null) {
            sending.transaction()
                    .fail(closed("the connection broke, and the server does not have the response any more"));
        }
    }

    private BusException closed(String what) {
        return Failures.with(Outcome.UNKNOWN, server.failures().of(Reason.CLOSED, server.name(), what, null));
    }

    /**
     * The connection has broken: asks about transactions over another one, if the server can be asked.
     *
     * @param sent what was sent, or asked about, and has no response
     * @param failure the failure of those that cannot be asked about
     */
    void broken(List<Sending<R>> sent, BusException failure) {
        if (sent.isEmpty()) {
            return;
        }
        String life = serverLife;
        List<FramedTransaction<R>> asking = new ArrayList<>();
        for (Sending<R> each : sent) {
            FramedTransaction<R> transaction = each.transaction();
            if (!each.isAsked() && life == null) {
                transaction.fail(failure);
            } else {
                transaction.ask(each.isAsked() ? transaction.askedServer() : life);
                asking.add(transaction);
            }
        }
        askAgain.accept(asking);
    }

    /** Tells the server that nobody waits for a response any more. */
    void cancel(long tx) {
        if (serverLife != null && channel.unsentBytes() < MAX_UNSENT_BYTES) {
            channel.send(ControlFrame.of(ControlFrames.cancel(tx)));
            if (!server.threads().deferFlush(channel.flusher())) {
                channel.execute(channel.flusher());
            }
        }
    }
}
