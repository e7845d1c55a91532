package org.slimta.bus.chaos;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.chaos.Event.Kind;

/** A thread of a client: it sends one transaction after the other, as the window permits, and records their ends. */
final class Sender implements Runnable {

    /** The pause after a failure, as in any reasonable client. */
    private static final long PAUSE_MILLIS = 5;

    private final Target target;
    private final BusClient<Parcel, Receipt> client;
    private final RandomParcels parcels;
    private final Journal journal;
    private final AtomicLong numbers;
    private final Semaphore window;
    private final boolean waits;
    private final long intervalNanos;
    private volatile boolean failed;
    private volatile boolean stopped;

    /**
     * Creates a sender, which does not send until it runs.
     *
     * @param numbers the source of the numbers of transactions
     * @param window a permit for each transaction that may be in flight
     * @param waits whether to wait for each response before the next request
     * @param perSecond how many transactions to begin in a second at most; 0 for as many as the window permits
     */
    Sender(
            Target target,
            BusClient<Parcel, Receipt> client,
            RandomParcels parcels,
            Journal journal,
            AtomicLong numbers,
            Semaphore window,
            boolean waits,
            int perSecond) {
        this.target = target;
        this.client = client;
        this.parcels = parcels;
        this.journal = journal;
        this.numbers = numbers;
        this.window = window;
        this.waits = waits;
        this.intervalNanos = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Stops sending. Transactions in flight continue. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        long next = System.nanoTime();
        try {
            while (!stopped) {
                if (intervalNanos > 0) {
                    TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                    next += intervalNanos;
                } else if (failed) {
                    failed = false;
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
                if (window.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    send();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send() throws InterruptedException {
        long number = numbers.incrementAndGet();
        List<Parcel> requests = parcels.next(number, target.server());
        journal.note(Kind.SENT, number, target.name());
        ClientTransaction<Receipt> transaction = client.sendRequest(requests);
        if (!waits) {
            transaction.response().whenComplete((receipts, failure) -> end(number, requests, receipts, failure));
            return;
        }
        List<Receipt> receipts = null;
        BusException failure = null;
        try {
            receipts = transaction.recvResponse();
        } catch (BusException e) {
            failure = e;
        }
        end(number, requests, receipts, failure);
    }

    private void end(long number, List<Parcel> requests, List<Receipt> receipts, Throwable failure) {
        if (failure == null) {
            journal.note(Kind.ENDED, number, target.name(), judge(requests, receipts));
        } else {
            failed = true;
            BusException known = (BusException) failure;
            journal.note(
                    Kind.ENDED,
                    number,
                    target.name(),
                    known.reason().toString(),
                    known.outcome().toString(),
                    known.toString());
        }
        window.release();
    }

    private static String judge(List<Parcel> requests, List<Receipt> receipts) {
        if (requests.size() != receipts.size() || !receipts.stream().allMatch(Receipt::isIntact)) {
            return Event.SPOILT;
        }
        for (int i = 0; i < receipts.size(); i++) {
            if (!receipts.get(i).answers(requests.get(i))) {
                return Event.FOREIGN;
            }
        }
        return Event.RESPONSE;
    }
}
