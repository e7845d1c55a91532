package org.slimta.bus.impl.socket;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transaction.Failures;

/**
 * The transactions whose connection broke, and whose server cannot be reached now to ask what became of them. They are
 * tried again for a while: not for long if the server refuses connections, because then it has probably ended.
 * Thread-safe.
 */
final class QuestionRetries<R> {

    /** How long a server that refuses connections is tried. */
    static final Duration MAX_REFUSED = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final TargetServer<R> server;
    private final Consumer<FramedTransaction<R>> dispatch;
    private final Set<FramedTransaction<R>> waiting = new LinkedHashSet<>(); // Guarded by this.
    private boolean scheduled; // Guarded by this.

    /**
     * Creates an empty set.
     *
     * @param server the server
     * @param dispatch asks about a transaction as soon as there is a connection
     */
    QuestionRetries(TargetServer<R> server, Consumer<FramedTransaction<R>> dispatch) {
        this.server = server;
        this.dispatch = dispatch;
    }

    /** The server could not be reached for a transaction: it fails, or is tried again. */
    void add(FramedTransaction<R> transaction, BusException failure) {
        Duration window = isRefused(failure) ? MAX_REFUSED : server.options().connectTimeout();
        if (server.threads().now() - transaction.brokenAt() > window.toNanos()) {
            transaction.fail(Failures.with(
                    Outcome.UNKNOWN,
                    server.failures()
                            .of(
                                    Reason.CLOSED,
                                    server.name(),
                                    "the connection broke before the response arrived, and the server could not be"
                                            + " asked what became of the request within " + window.toMillis() + " ms: "
                                            + failure.getMessage(),
                                    failure)));
            return;
        }
        boolean schedules;
        synchronized (this) {
            waiting.add(transaction);
            schedules = !scheduled;
            scheduled = true;
        }
        if (transaction.isDone()) {
            remove(transaction);
        }
        if (schedules) {
            server.threads().after(PAUSE, () -> server.connecting().execute(this::dispatchAll));
        }
    }

    private static boolean isRefused(Throwable failure) {
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 16; each = each.getCause(), depth++) {
            if (each instanceof ConnectException
                    && String.valueOf(each.getMessage()).contains("refused")) {
                return true;
            }
        }
        return false;
    }

    private void dispatchAll() {
        List<FramedTransaction<R>> all;
        synchronized (this) {
            scheduled = false;
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(dispatch);
    }

    synchronized void remove(FramedTransaction<R> transaction) {
        waiting.remove(transaction);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }
}
