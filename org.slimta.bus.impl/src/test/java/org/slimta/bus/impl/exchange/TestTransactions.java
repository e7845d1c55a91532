package org.slimta.bus.impl.exchange;

import java.time.Duration;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.TimeLimit;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.FrameEncoder;

/** Transactions of a client that its carrier is given without the client. */
public final class TestTransactions {

    private static final TimeLimit LIMIT = TimeLimit.of(Duration.ofMinutes(1), CappedClient.NO_CAP);
    private static final FrameEncoder EMPTY =
            ControlFrame.of(new EnvelopeWriter(Envelope.REQUESTS).finish()).encoder();

    private TestTransactions() {}

    /** A transaction with no requests and a minute of time. */
    public static <R> FramedTransaction<R> newTransaction(ClientContext<R> client) {
        FramedTransaction<R> transaction = new FramedTransaction<>(client, 0, LIMIT);
        transaction.number();
        transaction.setFrame(EMPTY);
        return transaction;
    }
}
