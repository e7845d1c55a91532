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
 * The buses that a factory has opened, until they are closed. A bus that another thread is closing is still one of
 * them: closing it again waits for the first close. Thread-safe.
 */
final class OpenedBuses {

    private static final Logger LOG = LoggerFactory.getLogger(OpenedBuses.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What is closed first, next and last: requests that were received are still answered over the others. */
    private enum CloseOrder {
        /** Servers, which take requests in from outside. */
        SERVERS,
        /** Local buses, which requests pass on their way. */
        LOCAL_BUSES,
        /** Clients, which the former send with. */
        CLIENTS
    }

    private final List<ManagedBus> open = new ArrayList<>();
    private final Map<ManagedBus, CompletableFuture<Void>> closing = new HashMap<>();

    /** Adds a bus, and removes those that were closed elsewhere. */
    synchronized void add(ManagedBus bus) {
        open.add(bus);
        for (ManagedBus other : List.copyOf(open)) {
            if (other.isClosed()) {
                open.remove(other);
                if (!(other instanceof BusClient)) { // Closing a client does not wait for anything.
                    closing.put(other, new CompletableFuture<>());
                    closeAsync(other).whenComplete((nothing, failure) -> forget(other));
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

    /** {@return the buses that are not completely closed, in no order} */
    synchronized List<ManagedBus> all() {
        List<ManagedBus> all = new ArrayList<>(open);
        all.addAll(closing.keySet());
        return all;
    }

    /**
     * Closes all buses in the order of {@link CloseOrder}. Blocks until all are closed, also those that others are
     * closing.
     */
    void closeAll() {
        List<ManagedBus> buses;
        List<CompletableFuture<Void>> closingElsewhere;
        synchronized (this) {
            buses = List.copyOf(open);
            closingElsewhere = List.copyOf(closing.values());
        }
        for (CloseOrder order : CloseOrder.values()) {
            closeTogether(order, buses);
        }
        closingElsewhere.forEach(CompletableFuture::join);
        synchronized (this) {
            open.removeAll(buses);
        }
    }

    /** Does the same on another thread. */
    CompletableFuture<Void> closeAllAsync() {
        return CompletableFuture.runAsync(this::closeAll, OpenedBuses::startThread);
    }

    /** Blocks until all servers are closed or closing, so that their ports are free, but only until a deadline. */
    void awaitStopped(long deadline) {
        List<ManagedBus> servers =
                all().stream().filter(BusServer.class::isInstance).toList();
        while (!servers.stream().allMatch(ManagedBus::isClosed)
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Each may drain for some time, so they are closed at the same time. */
    private static void closeTogether(CloseOrder order, List<ManagedBus> buses) {
        CompletableFuture<?>[] closed = buses.stream()
                .filter(bus -> closeOrder(bus) == order)
                .map(OpenedBuses::closeAsync)
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closed).join();
    }

    private static CloseOrder closeOrder(ManagedBus bus) {
        if (bus instanceof BusServer) {
            return CloseOrder.SERVERS;
        }
        return bus instanceof LocalBus ? CloseOrder.LOCAL_BUSES : CloseOrder.CLIENTS;
    }

    private static CompletableFuture<Void> closeAsync(ManagedBus bus) {
        return CompletableFuture.runAsync(() -> close(bus), OpenedBuses::startThread);
    }

    private static void close(ManagedBus bus) {
        try {
            bus.close();
        } catch (RuntimeException | Error e) {
            LOG.warn("Failed to close {}; the other buses are closed regardless", bus, e);
        }
    }

    private static void startThread(Runnable task) {
        Thread thread = DaemonThreads.newThread(task, "slimta-bus-closing");
        thread.setDaemon(false); // The JVM must not exit before the requests that were received have ended.
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            task.run(); // No thread can be started now, but the bus must be closed.
        }
    }
}
