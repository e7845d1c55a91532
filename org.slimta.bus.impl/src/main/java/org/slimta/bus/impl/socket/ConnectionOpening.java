package org.slimta.bus.impl.socket;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/**
 * The opening of one connection: it looks up the name of the server, then tries its addresses; the next one when the
 * previous one has failed, or in parallel if that takes long. The first attempt that is ready wins. One time limit
 * applies to all of it. Source: RFC 8305, 5. Thread-safe.
 *
 * @param <A> type of the attempts
 */
final class ConnectionOpening<A extends ConnectionOpening.Attempt> {

    /** How long to wait for an attempt before the next address is tried as well. Source: RFC 8305, 8. */
    static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    private static final int MAX_LISTED = 4;

    /**
     * An attempt to connect to one address; {@code toString()} returns that address. It is over when it has reported
     * its outcome, or was abandoned.
     */
    interface Attempt {

        /** Begins. Does not block. May report the outcome at once. */
        void start();

        /** Ends it if it exceeds a time limit of its own. */
        void checkTimeouts(long now);

        /** Gives it up: another one was ready first, or the connection is not wanted. Does not block. */
        void abandon();
    }

    /** Is notified by attempts. Each attempt reports one outcome, on any thread. */
    interface Outcome<A> {

        /** Frames can be sent. */
        void ready(A attempt);

        /** The attempt has failed. */
        void failed(A attempt, BusException failure);
    }

    /** Creates attempts. */
    @FunctionalInterface
    interface Attempts<A> {

        /** Creates an attempt that has not begun. */
        A to(InetSocketAddress address, Outcome<A> outcome);
    }

    /** A look-up that may take some time. */
    @FunctionalInterface
    interface AsyncLookup<V> {

        /** Starts the look-up. Reports the result or a failure on any thread, possibly on this one. Does not block. */
        Lookups.Inquiry ask(BiConsumer<V, Throwable> whenKnown);
    }

    /**
     * Is notified of the result. One of the two methods is called, once, on any thread, unless the opening was
     * cancelled.
     */
    interface Listener<A> {

        /** A connection is open. */
        void onReady(A winner);

        /** No connection could be opened. */
        void onFailed(BusException failure);
    }

    private enum State {
        /** The prerequisites are being prepared. */
        NEW,
        /** The addresses are being looked up. */
        LOOKING_UP,
        /** The addresses are being tried. */
        TRYING,
        /** The listener was notified, or the opening was cancelled. */
        OVER
    }

    private final AsyncLookup<List<InetSocketAddress>> addresses;
    private final Attempts<A> attempts;
    private final Listener<A> listener;
    private final Executor threads;
    private final BiConsumer<Duration, Runnable> timer;
    private final List<A> tried = new ArrayList<>(1);
    private final List<A> running = new ArrayList<>(1);
    private final List<BusException> failures = new ArrayList<>(0);
    private List<InetSocketAddress> toTry = List.of();
    private Lookups.Inquiry inquiry;
    private State state = State.NEW;
    private final long created;

    /**
     * Creates an opening, whose time runs from now on. Its prerequisites may still have to be prepared.
     *
     * @param now the time
     * @param addresses looks up the addresses, in the order in which to try them
     * @param attempts creates the attempts
     * @param listener is notified of the result
     * @param threads runs the tasks that begin attempts
     * @param timer runs tasks later
     */
    ConnectionOpening(
            long now,
            AsyncLookup<List<InetSocketAddress>> addresses,
            Attempts<A> attempts,
            Listener<A> listener,
            Executor threads,
            BiConsumer<Duration, Runnable> timer) {
        this.created = now;
        this.addresses = addresses;
        this.attempts = attempts;
        this.listener = listener;
        this.threads = threads;
        this.timer = timer;
    }

    /** Begins to look up. Does not wait. */
    void start() {
        synchronized (this) {
            if (state != State.NEW) {
                return;
            }
            state = State.LOOKING_UP;
        }
        Lookups.Inquiry asked = addresses.ask(this::onAddresses);
        synchronized (this) {
            inquiry = asked;
            if (state != State.OVER) {
                return;
            }
        }
        asked.cancel();
    }

    private void onAddresses(List<InetSocketAddress> found, Throwable failure) {
        if (failure != null) {
            fail(notFound(failure));
            return;
        }
        synchronized (this) {
            if (state != State.LOOKING_UP) {
                return;
            }
            state = State.TRYING;
            toTry = found;
        }
        tryNext();
    }

    private static BusException notFound(Throwable failure) {
        if (failure instanceof BusException known) {
            return known;
        }
        return new BusException(
                Reason.CONNECT,
                failure instanceof UnknownHostException
                        ? "the host name is unknown; is it correct, and is it in DNS?"
                        : "the host name could not be looked up: " + failure,
                failure);
    }

    private void tryNext() {
        A next;
        int number;
        boolean more;
        synchronized (this) {
            if (state != State.TRYING || !hasMore()) {
                return;
            }
            next = attempts.to(toTry.get(tried.size()), outcome);
            tried.add(next);
            running.add(next);
            number = tried.size();
            more = hasMore();
        }
        next.start();
        if (more) {
            timer.accept(ATTEMPT_DELAY, () -> tryNextAfter(number));
        }
    }

    /** To be called with the lock held. */
    private boolean hasMore() {
        return tried.size() < toTry.size();
    }

    /** Does nothing if the attempt has failed meanwhile and the next one has begun. Runs on the timer. */
    private void tryNextAfter(int number) {
        if (isLast(number)) {
            threads.execute(() -> {
                if (isLast(number)) {
                    tryNext();
                }
            });
        }
    }

    private synchronized boolean isLast(int number) {
        return state == State.TRYING && tried.size() == number;
    }

    private final Outcome<A> outcome = new Outcome<>() {

        @Override
        public void ready(A attempt) {
            List<A> others;
            synchronized (ConnectionOpening.this) {
                running.remove(attempt);
                others = endAndTakeRunning();
            }
            if (others == null) {
                attempt.abandon();
                return;
            }
            listener.onReady(attempt);
            others.forEach(Attempt::abandon);
        }

        @Override
        public void failed(A attempt, BusException failure) {
            BusException last = null;
            synchronized (ConnectionOpening.this) {
                if (!running.remove(attempt) || state != State.TRYING) {
                    return;
                }
                failures.add(failure);
                if (!hasMore() && running.isEmpty()) {
                    last = failureOfAll();
                }
            }
            if (last != null) {
                fail(last);
            } else {
                threads.execute(ConnectionOpening.this::tryNext);
            }
        }
    };

    /**
     * Ends the opening, and returns the attempts that are running; null if it had ended before. To be called with the
     * lock held.
     */
    private List<A> endAndTakeRunning() {
        if (state == State.OVER) {
            return null;
        }
        state = State.OVER;
        List<A> all = new ArrayList<>(running);
        running.clear();
        toTry = List.of();
        return all;
    }

    private BusException failureOfAll() {
        if (failures.size() == 1) {
            return failures.get(0);
        }
        BusException last = failures.get(failures.size() - 1);
        boolean same = failures.stream().allMatch(each -> each.reason() == last.reason());
        return new BusException(
                same ? last.reason() : Reason.CONNECT,
                "cannot connect to any of its " + failures.size() + " addresses: " + describe(failures),
                last);
    }

    private static String describe(List<BusException> failures) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < Math.min(MAX_LISTED, failures.size()); i++) {
            all.append(i == 0 ? "" : "; ").append(failures.get(i).getMessage());
        }
        return all.append(failures.size() > MAX_LISTED ? "; and so on" : "").toString();
    }

    /** Ends without a connection, and notifies the listener. */
    void fail(BusException failure) {
        if (end()) {
            listener.onFailed(failure);
        }
    }

    /**
     * Ends without a connection, and notifies nothing.
     *
     * @return whether it had not ended before
     */
    boolean cancel() {
        return end();
    }

    private boolean end() {
        List<A> ended;
        Lookups.Inquiry asked;
        synchronized (this) {
            ended = endAndTakeRunning();
            asked = inquiry;
        }
        if (ended == null) {
            return false;
        }
        if (asked != null) {
            asked.cancel();
        }
        ended.forEach(Attempt::abandon);
        return true;
    }

    /** Returns how long ago it was created, in nanoseconds. */
    long age(long now) {
        return now - created;
    }

    /**
     * Ends what takes too long. Called periodically.
     *
     * @param now the time
     * @param connectTimeout the maximum time for the opening
     */
    void checkTimeouts(long now, Duration connectTimeout) {
        List<A> attempting;
        BusException overdue = null;
        synchronized (this) {
            if (state == State.OVER) {
                return;
            }
            attempting = new ArrayList<>(running);
            if (now - created > connectTimeout.toNanos()) {
                overdue = overdue(connectTimeout);
            }
        }
        if (overdue != null) {
            fail(overdue);
        } else {
            attempting.forEach(each -> each.checkTimeouts(now));
        }
    }

    private BusException overdue(Duration connectTimeout) {
        String what = "no connection within " + connectTimeout.toMillis() + " ms (connectTimeout)";
        if (state == State.NEW) {
            return new BusException(Reason.CONNECT, what + ": reading the certificates of this client took longer");
        }
        if (state == State.LOOKING_UP) {
            return new BusException(Reason.CONNECT, what + ": looking up the host name took longer");
        }
        List<String> names =
                tried.stream().limit(MAX_LISTED).map(Object::toString).toList();
        what += ": tried " + String.join(", ", names) + (tried.size() > MAX_LISTED ? ", and so on" : "");
        return new BusException(Reason.CONNECT, failures.isEmpty() ? what : what + "; " + describe(failures));
    }
}
