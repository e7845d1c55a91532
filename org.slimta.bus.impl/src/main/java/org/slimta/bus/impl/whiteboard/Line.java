package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.Received;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.impl.transaction.CodecPair;

/**
 * What a transaction runs through: filters, then a handler, or the bus behind. The parts fit together, and a transaction that
 * has begun with them goes on with them; when one of them changes there is another line. Thread-safe.
 */
final class Line {

    private final CodecPair codecs;
    private final List<Posting<BusFilter<Object, Object>>> filters;
    private final Posting<RequestHandler<Object, Object>> handler;
    private final BusClient<Object, Object> behind;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean retired;

    /** Either a handler or a bus behind. */
    Line(
            CodecPair codecs,
            List<Posting<BusFilter<Object, Object>>> filters,
            Posting<RequestHandler<Object, Object>> handler,
            BusClient<Object, Object> behind) {
        this.codecs = codecs;
        this.filters = filters;
        this.handler = handler;
        this.behind = behind;
    }

    CodecPair codecs() {
        return codecs;
    }

    List<Posting<BusFilter<Object, Object>>> filters() {
        return filters;
    }

    Posting<RequestHandler<Object, Object>> handler() {
        return handler;
    }

    BusClient<Object, Object> behind() {
        return behind;
    }

    /** Whether a transaction would fare the same on both. */
    boolean isSameAs(Line other) {
        return other != null
                && Objects.equals(codecs, other.codecs)
                && filters.equals(other.filters)
                && Objects.equals(handler, other.handler)
                && behind == other.behind;
    }

    /** A transaction begins; not if there is another line already. */
    boolean enter() {
        inside.incrementAndGet();
        if (retired) {
            leave();
            return false;
        }
        return true;
    }

    /** A transaction that has begun here has ended. */
    void leave() {
        if (inside.decrementAndGet() == 0 && retired) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Nothing more begins here. */
    void retire() {
        retired = true;
    }

    boolean isEmpty() {
        return inside.get() == 0;
    }

    /** Waits for what has begun; tells whether it has ended. An interrupt cuts the wait short and stays set. */
    boolean awaitEmpty(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            try {
                while (inside.get() > 0) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0) {
                        return false;
                    }
                    wait(left);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Runs a transaction. What fails, fails the stage. */
    CompletionStage<List<Object>> run(Received<Object> received) {
        return step(0, received);
    }

    CompletionStage<List<Object>> step(int number, Received<Object> received) {
        if (number < filters.size()) {
            Posting<BusFilter<Object, Object>> filter = filters.get(number);
            return Step.call("filter", filter, () -> filter.service()
                    .filter(received.requests(), new NextStep(this, number + 1, received)));
        }
        if (handler != null) {
            return Step.call("handler", handler, () -> handler.service().handle(received));
        }
        try {
            return behind.sendRequest(received.requests()).response();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Step.failed("interrupted while it sent to " + behind.name(), e);
        }
    }

    @Override
    public String toString() {
        String last = handler != null ? "handler " + handler.describe() : "bus " + behind.name();
        return filters.isEmpty()
                ? last
                : filters.stream().map(Posting::describe).collect(Collectors.joining(", ", "filters ", ", ")) + last;
    }
}
