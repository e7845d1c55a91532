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
 * The opening of one connection: the name of the server is looked up, then its addresses are tried, the next one when the one
 * before has failed, or beside it when it takes its time. The first attempt that is ready wins. There is one time limit for all
 * of it. Source: RFC 8305, 5. Thread-safe.
 *
 * @param <A> type of the attempts
 */
final class ConnectionOpening<A extends ConnectionOpening.Attempt> {

    /** How long an attempt is waited for before the next address is tried as well. Source: RFC 8305, 8. */
    static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    private static final int MAX_LISTED = 4;

    /**
     * An attempt to connect to one address; {@code toString()} gives that address. It is over when it has told its outcome, or
     * was given up.
     */
    interface Attempt {

        /** Begins. Does not wait. May tell the outcome at once. */
        void start();

        /** Ends it if it takes too long by a time limit of its own. */
        void checkTimeouts(long now);

        /** It is of no use any more: another one was ready before, or nobody wants the connection. Does not wait. */
        void abandon();
    }

    /** What attempts tell. Each tells one outcome, on any thread. */
    interface Outcome<A> {

        /** Frames can be sent. */
        void ready(A attempt);

        /** It did not come to that. */
        void failed(A attempt, BusException failure);
    }

    /** Makes attempts. */
    @FunctionalInterface
    interface Attempts<A> {

        /** An attempt that has not begun. */
        A to(InetSocketAddress address, Outcome<A> outcome);
    }

    /** Something to be found out that takes its time. */
    @FunctionalInterface
    interface AsyncLookup<V> {

        /** Asks. Gives the answer, or else a failure, on any thread, perhaps on this one. Does not wait. */
        Lookups.Inquiry ask(BiConsumer<V, Throwable> whenKnown);
    }

    /** Whom to tell. One of the two is called, once, on any thread, unless it was cancelled. */
    interface Listener<A> {

        /** There is a connection. */
        void onReady(A winner);

        /** There is none. */
        void onFailed(BusException failure);
    }

    private enum State {
        /** What is needed before is being made ready. */
        NEW,
        /** The addresses are being looked up. */
        LOOKING_UP,
        /** They are being tried. */
        TRYING,
        /** Somebody was told the end, or does not want to know it. */
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
     * An opening, whose time runs from now on. What it needs may still have to be made ready.
     *
     * @param now the time
     * @param addresses looks up what to try, in that order
     * @param attempts makes the attempts
     * @param listener whom to tell
     * @param threads where attempts begin
     * @param timer runs something later
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
                        ? "the host name is unknown; is it right, and does DNS know it?"
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

    /** To be called under the lock. */
    private boolean hasMore() {
        return tried.size() < toTry.size();
    }

    /** Nothing is to be done if the attempt has failed meanwhile, and the next one has begun. Runs on the timer. */
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

    /** Ends it, and gives the attempts that are running; null if it has ended before. To be called under the lock. */
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
                "none of its " + failures.size() + " addresses could be used: " + describe(failures),
                last);
    }

    private static String describe(List<BusException> failures) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < Math.min(MAX_LISTED, failures.size()); i++) {
            all.append(i == 0 ? "" : "; ").append(failures.get(i).getMessage());
        }
        return all.append(failures.size() > MAX_LISTED ? "; and so on" : "").toString();
    }

    /** Ends without a connection, and tells so. */
    void fail(BusException failure) {
        if (end()) {
            listener.onFailed(failure);
        }
    }

    /**
     * Wants no connection any more, and tells nobody.
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

    /**
     * Ends what takes too long. Called now and then.
     *
     * @param now the time
     * @param connectTimeout how long it may take
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
            return new BusException(Reason.CONNECT, what + ": the certificates of this end have not been read in that time");
        }
        if (state == State.LOOKING_UP) {
            return new BusException(Reason.CONNECT, what + ": the host name has not been looked up in that time");
        }
        List<String> names = tried.stream().limit(MAX_LISTED).map(Object::toString).toList();
        what += ": tried " + String.join(", ", names) + (tried.size() > MAX_LISTED ? ", and so on" : "");
        return new BusException(Reason.CONNECT, failures.isEmpty() ? what : what + "; " + describe(failures));
    }
}
