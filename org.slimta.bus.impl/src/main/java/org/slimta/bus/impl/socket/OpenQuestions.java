package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.exchange.FramedTransaction;

/**
 * Asks the server of a pool what became of transactions whose connections broke: over a connection that the same server
 * keeps, or over one that is opened for that. Source: the wire page, part C. Thread-safe.
 */
final class OpenQuestions<R> {

    /** Questions that follow each other within this time follow from connections that break all the time. */
    private static final long OFTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long MAX_PAUSE_MILLIS = 40;

    private final TargetServer<R> server;
    private final KeptConnections<FramedTransaction<R>, ClientConnection<R>> kept;
    private final UnsentTransactions<R> unsent;
    private final Runnable advance;
    private volatile boolean possible;
    private boolean asksBefore; // Guarded by this. Whether anything was asked yet.
    private long lastAsked; // Guarded by this.
    private long pauseMillis; // Guarded by this.

    /**
     * Creates an instance without questions.
     *
     * @param server the server
     * @param kept the connections to ask over
     * @param unsent takes those for which there is no connection
     * @param advance opens connections for what waits there
     */
    OpenQuestions(
            TargetServer<R> server,
            KeptConnections<FramedTransaction<R>, ClientConnection<R>> kept,
            UnsentTransactions<R> unsent,
            Runnable advance) {
        this.server = server;
        this.kept = kept;
        this.unsent = unsent;
        this.advance = advance;
    }

    /** Whether the server can be asked, as its last first response has shown. */
    boolean isPossible() {
        return possible && server.asksQuestions();
    }

    void setPossible(boolean can) {
        possible = can;
    }

    /**
     * Asks what became of transactions, soon and on another thread. If connections break all the time, it pauses before:
     * otherwise it would do nothing but connect.
     */
    void askSoon(List<FramedTransaction<R>> transactions) {
        if (transactions.isEmpty()) {
            return;
        }
        transactions.forEach(each -> each.assign(unsent));
        Runnable asks = () -> server.connecting().execute(() -> ask(transactions));
        Duration pause = nextPause(server.threads().now());
        if (pause.isZero()) {
            asks.run();
        } else {
            server.threads().after(pause, asks);
        }
    }

    private synchronized Duration nextPause(long now) {
        boolean isOften = asksBefore && now - lastAsked < OFTEN_NANOS;
        asksBefore = true;
        lastAsked = now;
        pauseMillis = isOften ? Math.min(MAX_PAUSE_MILLIS, 2 * pauseMillis + 1) : 0;
        return Duration.ofMillis(pauseMillis);
    }

    /** Asks what became of transactions, or makes them wait for a connection to ask over. */
    void ask(List<FramedTransaction<R>> transactions) {
        Map<String, List<FramedTransaction<R>>> byServer = new LinkedHashMap<>();
        for (FramedTransaction<R> each : transactions) {
            if (!each.isDone()) {
                byServer.computeIfAbsent(each.askedServer(), life -> new ArrayList<>())
                        .add(each);
            }
        }
        byServer.forEach(this::ask);
        advance.run();
    }

    private void ask(String serverLife, List<FramedTransaction<R>> transactions) {
        List<FramedTransaction<R>> left = transactions;
        ClientConnection<R> same;
        while (!left.isEmpty() && (same = kept.find(one -> serverLife.equals(one.serverLife()))) != null) {
            left = same.ask(left);
            if (!left.isEmpty()) {
                kept.remove(same);
            }
        }
        boolean isOther = kept.find(one -> !serverLife.equals(one.serverLife())) != null;
        for (FramedTransaction<R> each : left) {
            if (isOther) {
                each.fail(server.replaced());
            } else {
                unsent.add(each);
            }
        }
    }
}
