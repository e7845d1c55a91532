package org.slimta.bus.impl.transport;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * Counts and limits the memory of all connections of one end of a bus. When it is used up, reading pauses, of
 * connections with little memory last, and clients that do not read their responses get no more of them. They continue
 * when memory is released; if none is, because frames have stopped on their way, the connections that do not move are
 * closed. Large responses may take the total to twice the limit. Thread-safe.
 */
public final class MemoryBudget {

    /** The room that is reserved for each connection that is resumed: what it may read before it is accounted again. */
    private static final long READ_BYTES = 64 << 10;

    /** The interval of the checks whether anything moves, while connections wait for room. */
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    /** How long connections may stand still while others wait for room, before they are closed. */
    private static final long STALL_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(450);

    private final AtomicLong total = new AtomicLong();
    private final WaitingLine<MemoryHolder> waiting = new WaitingLine<>();
    private final Set<Runnable> roomActions = ConcurrentHashMap.newKeySet();
    private final Timer timer;
    private final PeriodicCheck check;
    private final Consumer<Consumer<MemoryHolder>> all;
    private final BoundedLog log = new BoundedLog(MemoryBudget.class);
    private final StalledConnections stalled;
    private volatile long limit;

    /** Additional room, in bytes, while connections wait: it lets some of them make progress. */
    private volatile long loan;

    private long roundStart; // By the clock; 0 while no connection waits. For the periodic check only.

    /**
     * Creates a budget of which nothing is used.
     *
     * @param limit the limit of the memory, in bytes
     * @param timer the clock, and runs the periodic check
     * @param all passes all connections to its argument
     */
    public MemoryBudget(long limit, Timer timer, Consumer<Consumer<MemoryHolder>> all) {
        this.limit = limit;
        this.timer = timer;
        this.check = new PeriodicCheck(timer, CHECK_INTERVAL, this::checkProgress);
        this.all = all;
        this.stalled = new StalledConnections(all, total::get);
    }

    /** Changes the limit. A lower one takes effect as memory is released. */
    public void setLimit(long newLimit) {
        limit = newLimit;
        wakeWaiting();
    }

    /** {@return the limit, in bytes} */
    public long limit() {
        return limit;
    }

    /** {@return the memory that all connections use now, in bytes} */
    public long total() {
        return total.get();
    }

    /** Fills in the fields about memory. */
    public void report(BusDTO bus) {
        bus.heldBytes = total.get();
        bus.memoryLimit = limit;
        Map<String, Integer> notRead = new TreeMap<>();
        all.accept(holder -> holder.pauseReasons().forEach(reason -> notRead.merge(reason.label(), 1, Integer::sum)));
        bus.notRead = notRead;
    }

    /** {@return the total, in bytes, above which only what needs little memory is still taken} */
    public long softLimit() {
        return limit - limit / 8;
    }

    /** {@return an account for one connection; it is empty} */
    public Account newAccount() {
        return new Account();
    }

    /**
     * Checks whether a connection must pause reading.
     *
     * @param pendingBytes the pending memory of the connection
     * @return whether it must
     */
    public boolean isUsedUpFor(long pendingBytes) {
        long held = total.get() - loan;
        return held >= limit || (pendingBytes > MemoryHolder.SMALL_BYTES && held >= softLimit());
    }

    /**
     * Checks whether a client must read some of its responses before it gets more.
     *
     * @param unreadBytes the memory of the responses that the client has not read yet
     * @return whether it must
     */
    public boolean isScarceFor(long unreadBytes) {
        long held = total.get();
        return held >= 2 * limit || (unreadBytes > MemoryHolder.SMALL_BYTES && held >= softLimit());
    }

    /**
     * Runs an action as soon as there is room for responses. It runs once, even if it was passed several times.
     *
     * @param action runs on any thread; must not block
     */
    public void whenThereIsRoom(Runnable action) {
        roomActions.add(action);
        check.wake();
        wakeWaiting();
    }

    /** Resumes a connection as soon as there is room. Does not block. */
    public void resumeWhenThereIsRoom(MemoryHolder holder) {
        waiting.add(holder);
        check.wake();
        wakeWaiting();
    }

    /** The connection is not to be resumed any more. */
    public void cancel(MemoryHolder holder) {
        waiting.remove(holder);
    }

    /** The action is not to run any more when there is room. */
    public void cancel(Runnable action) {
        roomActions.remove(action);
    }

    private void wakeWaiting() {
        if (!roomActions.isEmpty() && total.get() < limit) {
            roomActions.forEach(action -> {
                if (roomActions.remove(action)) {
                    runSafely(action);
                }
            });
        }
        if (waiting.isEmpty()) {
            return;
        }
        long room = softLimit() + loan - total.get();
        for (long i = 0; i <= room / READ_BYTES && room > 0; i++) {
            MemoryHolder next = waiting.poll();
            if (next == null) {
                return;
            }
            runSafely(next::resume);
        }
    }

    /** A connection that releases memory must not fail because of another one, which is resumed on the same thread. */
    private void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log.failed("A connection that waited for memory could not be resumed", e);
        }
    }

    private long checkProgress() {
        wakeWaiting();
        if (waiting.isEmpty() && roomActions.isEmpty()) {
            if (total.get() >= softLimit()) {
                return CHECK_INTERVAL.toNanos();
            }
            loan = 0;
            roundStart = 0;
            return PeriodicCheck.NOT_AGAIN;
        }
        long now = timer.now();
        if (roundStart == 0 || now - roundStart > STALL_TIMEOUT_NANOS) {
            if (roundStart != 0) {
                stalled.giveUp(limit, roundStart);
            }
            roundStart = now == 0 ? 1 : now;
            waiting.toList().forEach(holder -> runSafely(holder::probe));
            loan = limit / 4;
            wakeWaiting();
        }
        return CHECK_INTERVAL.toNanos();
    }

    /** The memory of one connection. Once it is closed it stays empty. Thread-safe. */
    public final class Account {

        /** Instead of a number of bytes: the account was closed. */
        private static final long CLOSED = Long.MIN_VALUE;

        private final AtomicLong own = new AtomicLong();

        /**
         * Adds bytes, whatever the limit is.
         *
         * @param bytes the number of bytes; a negative number releases them
         */
        public void add(long bytes) {
            long before;
            do {
                before = own.get();
                if (before == CLOSED) {
                    return;
                }
            } while (!own.compareAndSet(before, before + bytes));
            total.addAndGet(bytes);
            if (bytes < 0) {
                wakeWaiting();
            }
        }

        /**
         * Adds bytes unless the total would be above three quarters of the limit: the rest is for what arrives, without
         * which no transaction would complete and release its memory. An account that is empty may always add them.
         *
         * @param bytes the number of bytes
         * @return whether they were added, or the account was closed
         */
        public boolean tryAdd(long bytes) {
            long mine; // Added here first: of threads that come at the same time only one finds the account empty.
            do {
                mine = own.get();
                if (mine == CLOSED) {
                    return true;
                }
            } while (!own.compareAndSet(mine, mine + bytes));
            long most = limit - limit / 4;
            long before;
            do {
                before = total.get();
                if (before + bytes > most && mine > 0) {
                    takeBack(bytes);
                    return false;
                }
            } while (!total.compareAndSet(before, before + bytes));
            return true;
        }

        /** Undoes what was added to the account, but not to the total. */
        private void takeBack(long bytes) {
            long mine;
            do {
                mine = own.get();
                if (mine == CLOSED) {
                    total.addAndGet(bytes); // close() has subtracted them from the total.
                    return;
                }
            } while (!own.compareAndSet(mine, mine - bytes));
        }

        /** {@return the number of bytes now} */
        public long bytes() {
            long now = own.get();
            return now == CLOSED ? 0 : now;
        }

        /** Releases all bytes, for good. */
        public void close() {
            long rest = own.getAndSet(CLOSED);
            if (rest != CLOSED) {
                total.addAndGet(-rest);
                wakeWaiting();
            }
        }
    }
}
