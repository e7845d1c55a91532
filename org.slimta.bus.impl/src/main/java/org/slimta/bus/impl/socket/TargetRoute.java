package org.slimta.bus.impl.socket;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.exchange.FramedTransaction;

/** The way of one transaction to one of several servers: which has it now, and which could not be reached. Thread-safe. */
final class TargetRoute<R> implements FramedTransaction.Route {

    /**
     * Why a server could not be reached.
     *
     * @param returns how often the server had come back by then
     */
    private record Failed(BusException failure, int returns) {}

    private final AtomicReference<Target<R>> counted = new AtomicReference<>();
    private volatile Target<R> current;
    private Map<Target<R>, Failed> failures = Map.of(); // Guarded by this.

    /** Gives the transaction to a server. */
    void moveTo(Target<R> next) {
        current = next;
        next.addInFlight(1);
        Target<R> before = counted.getAndSet(next);
        if (before != null) {
            before.addInFlight(-1);
        }
    }

    @Override
    public void ended() {
        Target<R> last = counted.getAndSet(null);
        if (last != null) {
            last.addInFlight(-1);
        }
    }

    /** A server could not be reached for this transaction. */
    synchronized void failed(Target<R> target, BusException failure) {
        Map<Target<R>, Failed> more = new LinkedHashMap<>(failures);
        more.put(target, new Failed(failure, target.returns()));
        failures = more;
    }

    /** Whether a server could not be reached for this transaction, and has not come back since. */
    synchronized boolean hasFailed(Target<R> target) {
        Failed failed = failures.get(target);
        return failed != null && failed.returns == target.returns();
    }

    /** Every server may be tried again. */
    synchronized void clear() {
        failures = Map.of();
    }

    /** Returns why servers could not be reached, in the order in which they were tried. */
    synchronized List<BusException> failures() {
        return failures.values().stream().map(Failed::failure).toList();
    }

    @Override
    public String target() {
        Target<R> last = current;
        return last == null ? "no server" : last.name();
    }
}
