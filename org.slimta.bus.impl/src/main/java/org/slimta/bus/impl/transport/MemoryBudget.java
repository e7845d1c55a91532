package org.slimta.bus.impl.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
 * What the connections of one end of a bus hold in memory together, and how much that may be. When it is used up, connections
 * stop being read, those that hold little last, and clients with untaken answers get no more. They go on when there is room; if
 * there is none because frames have stopped on their way, those that do not move are given up. Large answers may take the total
 * to twice the limit. Thread-safe.
 */
public final class MemoryBudget {

    /** A connection. Its methods are called on any thread and must not block. */
    public interface Holder {

        /** How many bytes it holds of what is still to arrive whole, or to be taken, or waits for that. */
        long onItsWay();

        /**
         * Tells whether what it holds has stood still, though it could move.
         *
         * @param more how many bytes that must be, and one more
         * @param since since when, by the clock
         */
        boolean isStuck(long more, long since);

        /** When the frame began that is arriving, by the clock; or when something arrived last. */
        long frameStart();

        /** Why it is not read now; empty if it is. */
        Set<PauseReason> notReadFor();

        /** There may be room for what it reads. */
        void goOn();

        /** Reads a little though it waits, to see whether there is anything to be read. */
        void probe();

        /** What it holds is needed. */
        void giveUp(String why);
    }

    /**
     * A connection that holds no more than this, in bytes, of what is on its way may use the last of the room: a small frame
     * that arrives, or some 64 small answers that are about to leave.
     */
    private static final long LITTLE = 32 << 10;

    /** How much a connection may read before it is looked at again, in bytes. */
    private static final long READ = 64 << 10;

    /** How often it is looked whether anything moves, while connections wait for room. */
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** How long something may stand still then, in nanoseconds, before it is given up. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(450);

    /** How many rounds may find nothing stuck before a connection that still moves is given up. */
    private static final int ROUNDS = 3;

    private final AtomicLong total = new AtomicLong();
    private final WaitingLine<Holder> waiting = new WaitingLine<>();
    private final Set<Runnable> toBeTold = ConcurrentHashMap.newKeySet();
    private final Timer timer;
    private final PeriodicCheck check;
    private final Consumer<Consumer<Holder>> all;
    private final BoundedLog log = new BoundedLog(MemoryBudget.class);
    private volatile long limit;
    private volatile long loan;
    private long jammedSince;
    private int roundsWithoutStuck;

    /**
     * Nothing is held yet.
     *
     * @param limit how much may be, in bytes
     * @param timer to look now and then
     * @param all gives all connections
     */
    public MemoryBudget(long limit, Timer timer, Consumer<Consumer<Holder>> all) {
        this.limit = limit;
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
        this.all = all;
    }

    public void setLimit(long newLimit) {
        limit = newLimit;
        wake();
    }

    public long limit() {
        return limit;
    }

    public long total() {
        return total.get();
    }

    public void report(BusDTO bus) {
        bus.heldBytes = total.get();
        bus.memoryLimit = limit;
        Map<String, Integer> notRead = new TreeMap<>();
        all.accept(holder -> holder.notReadFor().forEach(reason -> notRead.merge(reason.label(), 1, Integer::sum)));
        bus.notRead = notRead;
    }

    private long mark() {
        return limit - limit / 8;
    }

    /** What one connection holds; nothing any more once it is closed. */
    public Account newAccount() {
        return new Account();
    }

    /** Whether a connection is to read no more for now, which holds so much of what is on its way. */
    public boolean isUsedUpFor(long onItsWay) {
        long held = total.get() - loan;
        return held >= limit || onItsWay > LITTLE && held >= mark();
    }

    /** Whether a connection whose client has so many bytes of answers to take is to get no more of them for now. */
    public boolean isScarceFor(long answers) {
        long held = total.get();
        return held >= 2 * limit || answers > LITTLE && held >= mark();
    }

    /**
     * Has something done when there is room for answers; once, though it be asked for often.
     *
     * @param action what is to be done, on any thread; must not block
     */
    public void whenThereIsRoom(Runnable action) {
        toBeTold.add(action);
        check.wake();
        wake();
    }

    /** Has a connection go on when there is room. */
    public void await(Holder holder) {
        waiting.add(holder);
        check.wake();
        wake();
    }

    public void forget(Holder holder) {
        waiting.remove(holder);
    }

    /** Something need not be done any more that was to be done when there is room. */
    public void forget(Runnable action) {
        toBeTold.remove(action);
    }

    private void wake() {
        if (!toBeTold.isEmpty() && total.get() < limit) {
            toBeTold.forEach(action -> {
                if (toBeTold.remove(action)) {
                    runSafely(action);
                }
            });
        }
        if (waiting.isEmpty()) {
            return;
        }
        long room = mark() + loan - total.get();
        for (long i = 0; i <= room / READ && room > 0; i++) {
            Holder next = waiting.poll();
            if (next == null) {
                return;
            }
            runSafely(next::goOn);
        }
    }

    /** Whoever gives back memory is not to blame for others, who are told then. */
    private void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log.failed("A connection that waited for memory could not go on", e);
        }
    }

    /** Looks whether anything moves. */
    private long check() {
        wake();
        if (waiting.isEmpty() && toBeTold.isEmpty()) {
            if (total.get() >= mark()) {
                return INTERVAL.toNanos();
            }
            loan = 0;
            jammedSince = 0;
            return PeriodicCheck.NOT_AGAIN;
        }
        long now = timer.now();
        if (jammedSince == 0 || now - jammedSince > PATIENCE) {
            if (jammedSince != 0) {
                giveUpWhatIsStuck();
            }
            jammedSince = now == 0 ? 1 : now;
            waiting.toList().forEach(holder -> runSafely(holder::probe));
            loan = limit / 4;
            wake();
        }
        return INTERVAL.toNanos();
    }

    /**
     * Those go first that could have moved and have not. If all move, and yet none comes to its end, the last that came goes:
     * so the first come to theirs.
     */
    private void giveUpWhatIsStuck() {
        List<Large> large = new ArrayList<>();
        long[] onTheirWay = {0};
        all.accept(holder -> {
            long own = holder.onItsWay();
            onTheirWay[0] += own;
            if (own > LITTLE) {
                large.add(new Large(holder, own, holder.frameStart() - jammedSince));
            }
        });
        if (onTheirWay[0] < limit / 2) {
            return; // Most of it is being worked on, and will be answered.
        }
        List<Large> stuck = large.stream()
                .filter(one -> one.holder().isStuck(LITTLE, jammedSince))
                .sorted(Comparator.comparing(Large::bytes).reversed())
                .toList();
        if (!stuck.isEmpty()) {
            roundsWithoutStuck = 0;
            long surplus = total.get() - limit / 2;
            for (int i = 0; i < stuck.size() && surplus > 0; i++) {
                surplus -= stuck.get(i).bytes();
                giveUp(stuck.get(i));
            }
        } else if (++roundsWithoutStuck == ROUNDS) {
            roundsWithoutStuck = 0;
            large.stream().max(Comparator.comparing(Large::start)).ifPresent(this::giveUp);
        }
    }

    private void giveUp(Large one) {
        one.holder().giveUp("all connections hold " + total.get() + " bytes together, over the limit memoryLimit of " + limit
                + ", and this one, which holds " + one.bytes() + " of them, does not get on");
    }

    /**
     * A connection that holds much, at one moment: what it holds changes while they are compared.
     *
     * @param start when its frame began, from the time on that nothing moved
     */
    private record Large(Holder holder, long bytes, long start) {}

    /** What one connection holds. Thread-safe. */
    public final class Account {

        private static final long CLOSED = Long.MIN_VALUE;

        private final AtomicLong own = new AtomicLong();

        /** It holds so many bytes more, or less. */
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
                wake();
            }
        }

        /**
         * Holds so many bytes more, if all together hold no more than three quarters of the limit then: the rest is for what
         * arrives, without which nothing that is held would come to its end. Whoever holds nothing yet may in any case.
         *
         * @return whether it holds them
         */
        public boolean tryAdd(long bytes) {
            long mine; // Counted first: of those that come at the same time only one finds that nothing is held.
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

        /** What is in the own count, but not in the total. */
        private void takeBack(long bytes) {
            long mine;
            do {
                mine = own.get();
                if (mine == CLOSED) {
                    total.addAndGet(bytes); // Whoever closed it has taken them away from there.
                    return;
                }
            } while (!own.compareAndSet(mine, mine - bytes));
        }

        /** How many bytes it holds now. */
        public long own() {
            long now = own.get();
            return now == CLOSED ? 0 : now;
        }

        public void close() {
            long rest = own.getAndSet(CLOSED);
            if (rest != CLOSED) {
                total.addAndGet(-rest);
                wake();
            }
        }
    }
}
