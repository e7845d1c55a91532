package org.slimta.bus.impl.socket;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transaction.Failures;

/**
 * The transactions that wait for another attempt to connect to their server: those whose connection broke, and whose
 * server could not be reached to ask what became of them; and those whose connection was cut while it was being opened,
 * although their server is known to be there. They are tried again for a while: not for long if the server refuses
 * connections, because then it has probably ended. Thread-safe.
 */
final class ConnectRetries<R> {

    /** How long a server that refuses connections is tried. */
    static final Duration MAX_REFUSED = Duration.ofMillis(500);

    /** Causes of causes are looked at up to this depth. */
    private static final int MAX_DEPTH = 16;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final TargetServer<R> server;
    private final Consumer<List<FramedTransaction<R>>> dispatch;
    private final Set<FramedTransaction<R>> waiting = new LinkedHashSet<>(); // Guarded by this.
    private boolean scheduled; // Guarded by this.

    /**
     * Creates an empty set.
     *
     * @param server the server
     * @param dispatch sends transactions, or asks about them, as soon as there is a connection
     */
    ConnectRetries(TargetServer<R> server, Consumer<List<FramedTransaction<R>>> dispatch) {
        this.server = server;
        this.dispatch = dispatch;
    }

    /** The server could not be asked about a transaction: it fails, or is tried again. */
    void addAsking(FramedTransaction<R> transaction, BusException failure) {
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
        } else {
            add(transaction);
        }
    }

    /**
     * No connection could be opened for a transaction that was not sent.
     *
     * @return whether it is tried again, because the connection was cut while it was being opened
     */
    boolean addUnsent(FramedTransaction<R> transaction, BusException failure) {
        long age = server.threads().now() - transaction.start();
        boolean again =
                isCut(failure) && age < server.options().connectTimeout().toNanos();
        if (again) {
            add(transaction);
        }
        return again;
    }

    private void add(FramedTransaction<R> transaction) {
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

    private static boolean isRefused(BusException failure) {
        return isIn(failure, cause -> cause instanceof ConnectException && contains(cause, "refused"));
    }

    private static boolean isCut(BusException failure) {
        return isIn(
                failure,
                cause -> cause instanceof EOFException || (cause instanceof IOException && contains(cause, "reset")));
    }

    private static boolean contains(Throwable cause, String word) {
        return String.valueOf(cause.getMessage()).contains(word);
    }

    private static boolean isIn(Throwable failure, Predicate<Throwable> condition) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (condition.test(cause)) {
                return true;
            }
            cause = cause.getCause();
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
        dispatch.accept(all);
    }

    synchronized void remove(FramedTransaction<R> transaction) {
        waiting.remove(transaction);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }
}
