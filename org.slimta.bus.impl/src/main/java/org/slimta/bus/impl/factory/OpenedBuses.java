package org.slimta.bus.impl.factory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.impl.concurrent.DaemonThreads;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * The buses that a factory has opened, until they are closed. One that somebody else is closing is still among them: closing
 * it once more waits for that. Thread-safe.
 */
final class OpenedBuses {

    private static final Logger LOG = LoggerFactory.getLogger(OpenedBuses.class);
    private static final int LAST_CLOSED = 2;
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<ManagedBus> open = new ArrayList<>();
    private final Map<ManagedBus, CompletableFuture<Void>> closing = new HashMap<>();

    /** Adds one, and sees to it that those are forgotten which somebody has closed. */
    synchronized void add(ManagedBus bus) {
        open.add(bus);
        for (ManagedBus each : List.copyOf(open)) {
            if (each.isClosed()) {
                open.remove(each);
                if (!(each instanceof BusClient)) {
                    closing.put(each, new CompletableFuture<>());
                    closeElsewhere(each).whenComplete((nothing, failure) -> forget(each));
                }
            }
        }
    }

    private void forget(ManagedBus bus) {
        CompletableFuture<Void> closed;
        synchronized (this) {
            closed = closing.remove(bus);
        }
        closed.complete(null);
    }

    synchronized int count() {
        return open.size() + closing.size();
    }

    /** All that are not closed yet. */
    synchronized List<ManagedBus> all() {
        List<ManagedBus> all = new ArrayList<>(open);
        all.addAll(closing.keySet());
        return all;
    }

    /** Closes first what takes in from outside, then what is between, then what the two send with. Waits until all are closed. */
    void closeAll() {
        List<ManagedBus> left;
        List<CompletableFuture<Void>> others;
        synchronized (this) {
            left = List.copyOf(open);
            others = List.copyOf(closing.values());
        }
        for (int order = 0; order <= LAST_CLOSED; order++) {
            closeTogether(order, left);
        }
        others.forEach(CompletableFuture::join);
        synchronized (this) {
            open.removeAll(left);
        }
    }

    /** The same, by another thread. */
    CompletableFuture<Void> closeAllElsewhere() {
        return CompletableFuture.runAsync(this::closeAll, OpenedBuses::startThread);
    }

    /** Waits until no server takes anything in any more, so that their ports are free, at most until a deadline. */
    void awaitStopped(long deadline) {
        List<ManagedBus> servers = all().stream().filter(BusServer.class::isInstance).toList();
        while (!servers.stream().allMatch(ManagedBus::isClosed)
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK);
        }
    }

    /** Each may take the time to drain, so they do it at the same time. */
    private static void closeTogether(int order, List<ManagedBus> left) {
        CompletableFuture<?>[] closed = left.stream()
                .filter(bus -> closingOrder(bus) == order)
                .map(OpenedBuses::closeElsewhere)
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closed).join();
    }

    private static int closingOrder(ManagedBus bus) {
        if (bus instanceof BusServer) {
            return 0;
        }
        return bus instanceof LocalBus ? 1 : LAST_CLOSED;
    }

    private static CompletableFuture<Void> closeElsewhere(ManagedBus bus) {
        return CompletableFuture.runAsync(() -> close(bus), OpenedBuses::startThread);
    }

    private static void close(ManagedBus bus) {
        try {
            bus.close();
        } catch (RuntimeException | Error e) {
            LOG.warn("{} could not be closed; the others are", bus, e);
        }
    }

    private static void startThread(Runnable task) {
        Thread thread = DaemonThreads.newThread(task, "slimta-bus-closing");
        thread.setDaemon(false); // The JVM does not end before what was taken in has come to its end.
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            task.run(); // There is no thread now, and it has to be closed all the same.
        }
    }
}
