package org.slimta.bus.impl.handling;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.transaction.Inbox;

/** Has workers take requests from an inbox, so that at most a maximum of them is handled at once. Thread-safe. */
public final class InboxTaker {

    private final Inbox<?, ?> inbox;
    private final Workers workers;
    private final IntSupplier max;
    private final BooleanSupplier isTaking;
    private final Runnable handleNext;
    private final AtomicInteger running = new AtomicInteger(); // At most the maximum.

    /**
     * Creates a taker that takes nothing yet.
     *
     * @param inbox where requests come from
     * @param workers handle them
     * @param max supplies how many may be handled at once
     * @param isTaking whether requests are to be taken now
     * @param handleNext takes one request from the inbox and handles it, if there is one; {@link #release} must be called
     *     once for each call, when the request has been handled or there was none
     */
    public InboxTaker(
            Inbox<?, ?> inbox, Workers workers, IntSupplier max, BooleanSupplier isTaking, Runnable handleNext) {
        this.inbox = inbox;
        this.workers = workers;
        this.max = max;
        this.isTaking = isTaking;
        this.handleNext = handleNext;
    }

    /** Has a worker handle one waiting request, unless as many are handled as may be. To be called for each request. */
    public void dispatch() {
        if (!isTaking.getAsBoolean()) {
            return;
        }
        int count = running.get();
        while (count < max.getAsInt()) {
            if (running.compareAndSet(count, count + 1)) {
                workers.execute(handleNext);
                return;
            }
            count = running.get();
        }
    }

    /** Does that for all that wait, since more may be taken than before. */
    public void dispatchQueued() {
        for (int i = inbox.size(); i > 0; i--) {
            dispatch();
        }
    }

    /**
     * Frees the place of a request that has been handled, and dispatches the next.
     *
     * @return how many are still being handled
     */
    public int release() {
        int left = running.decrementAndGet();
        if (inbox.isEmpty()) {
            inbox.onReceiversIdle();
        } else {
            dispatch();
        }
        return left;
    }

    /** {@return how many are being handled} */
    public int running() {
        return running.get();
    }
}
