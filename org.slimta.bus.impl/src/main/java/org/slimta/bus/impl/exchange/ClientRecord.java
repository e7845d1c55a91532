package org.slimta.bus.impl.exchange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * What a server remembers of one client that may ask what became of its requests: the requests that are processed, the
 * responses that the client may not have seen, and which requests must not be taken any more. Source: the wire page,
 * part C. Thread-safe.
 *
 * @param <E> type of the requests
 */
public final class ClientRecord<E extends ClientRecord.Entry> {

    /** A request that is remembered. The methods are called under the lock of the record, and must not block. */
    public interface Entry {

        /** {@return its number} */
        long tx();

        /** {@return the bytes of memory that its response uses; 0 if it has none} */
        long keptBytes();

        /**
         * {@return when it was answered, in nanoseconds; {@link #UNANSWERED} if it was not} */
        long answeredAt();

        /** Its response is not needed any more; returns the bytes of memory that it has used. */
        long release();

        /** The client has not come back, so nobody waits for it. Called without the lock. */
        void abandon();
    }

    /** In place of a time: the request was not answered. */
    public static final long UNANSWERED = Long.MIN_VALUE;

    /** What becomes of a request that arrives. */
    public enum Arrival {
        /** It is remembered, and must be processed. */
        TAKEN,
        /** It comes too late: the client was told that it was not processed. It must not be processed. */
        TOO_LATE,
        /** A request with its number has arrived before. */
        DUPLICATE
    }

    /** The answer to a question about a request. */
    public enum Answer {
        /** It is being processed: its response is sent when it is there. */
        WORKING,
        /** Its response is sent again; or a later question has overtaken this one, and gets the response. */
        REPLIED,
        /** It was not processed, and never will be. */
        UNKNOWN,
        /** It may have been processed, and its response is not there any more. */
        FORGOTTEN
    }

    private final String owner;
    private final LongAdder keptBytes;
    private final NumberedRing<E> requests = new NumberedRing<>(); // Guarded by this.
    private final Set<Long> arriving =
            new HashSet<>(); // Guarded by this. Large requests that were taken and are not complete.
    private long epoch; // Guarded by this. Requests of lower epochs are not taken any more.
    private final ForgottenNumbers
            forgotten; // Guarded by this. A request that is not here may have been processed if it is one of these.
    private int connections; // Guarded by this.
    private long lastSign; // Guarded by this. When the client did something last.

    ClientRecord(String owner, long firstTx, LongAdder keptBytes, long now) {
        this.owner = owner;
        this.keptBytes = keptBytes;
        this.forgotten = new ForgottenNumbers(firstTx - 1);
        this.lastSign = now;
    }

    /** The identity that the client has shown with its first connection; null if it has shown none. */
    String owner() {
        return owner;
    }

    synchronized void joined(long now) {
        connections++;
        lastSign = now;
    }

    synchronized void left(long now) {
        connections--;
        lastSign = now;
    }

    /** Whether it has been idle since a time. */
    synchronized boolean isIdleSince(long time) {
        return isIdle() && lastSign - time < 0;
    }

    /** Whether the client has no connection, and no request is remembered. */
    synchronized boolean isIdle() {
        return connections == 0 && requests.size() == 0;
    }

    /**
     * A request has arrived.
     *
     * @param request the request
     * @param requestEpoch the epoch that it bears
     * @return what becomes of it
     */
    public synchronized Arrival arrived(E request, long requestEpoch) {
        if (requests.get(request.tx()) != null) { // First: what is being processed must not be given back.
            return Arrival.DUPLICATE;
        }
        if (requestEpoch < epoch) {
            return Arrival.TOO_LATE;
        }
        requests.put(request.tx(), request);
        return Arrival.TAKEN;
    }

    /**
     * A request is about to arrive over a network that may deliver it twice.
     *
     * @param tx its number
     * @param requestEpoch the epoch that it bears
     * @return what becomes of it; if it is taken, {@link #arrivedPerhapsAgain} takes it in spite of later questions about others
     */
    public synchronized Arrival arriving(long tx, long requestEpoch) {
        if (forgotten.contains(tx) || requests.get(tx) != null || arriving.contains(tx)) {
            return Arrival.DUPLICATE;
        }
        if (requestEpoch < epoch) {
            return Arrival.TOO_LATE;
        }
        arriving.add(tx);
        return Arrival.TAKEN;
    }

    /**
     * A request has arrived over a network that may deliver it twice, however late.
     *
     * @param request the request
     * @param requestEpoch the epoch that it bears
     * @return what becomes of it; {@code DUPLICATE} also if it may have arrived before and was forgotten since
     */
    public synchronized Arrival arrivedPerhapsAgain(E request, long requestEpoch) {
        if (arriving.remove(request.tx())) { // It was new when it began to arrive, whatever was forgotten since.
            return arrived(request, epoch);
        }
        return forgotten.contains(request.tx()) ? Arrival.DUPLICATE : arrived(request, requestEpoch);
    }

    /**
     * A request that has not arrived must not be taken any more when it does.
     *
     * @param tx its number
     */
    public synchronized void deny(long tx) {
        arriving.remove(tx);
        forgotten.add(tx);
    }

    /**
     * A request was given back to the client, or dropped, without a receiver having had it: nothing is remembered of it.
     *
     * @param request the request
     */
    public synchronized void dropped(E request) {
        if (requests.get(request.tx()) == request) {
            requests.remove(request.tx());
        }
    }

    /**
     * The client asks about a request. One step: a request that arrives later than an answer {@code UNKNOWN} finds its
     * epoch too low.
     *
     * @param tx the number of the request
     * @param questionEpoch the epoch of the question
     * @param asked gives the answer of the request, if it is here; called under the lock
     * @return the answer
     */
    public synchronized Answer ask(long tx, long questionEpoch, Function<E, Answer> asked) {
        E request = requests.get(tx);
        Answer answer = request != null
                ? asked.apply(request)
                : forgotten.contains(tx) && !arriving.contains(tx) ? Answer.FORGOTTEN : Answer.UNKNOWN;
        if (answer == Answer.UNKNOWN) {
            requests.remove(tx);
            arriving.remove(tx);
            epoch = Math.max(epoch, questionEpoch);
        }
        return answer;
    }

    /**
     * Returns a request that is remembered.
     *
     * @param tx its number
     * @return the request, or null
     */
    public synchronized E find(long tx) {
        return requests.get(tx);
    }

    /** {@return the requests that were not answered} */
    public synchronized List<E> unanswered() {
        List<E> unanswered = new ArrayList<>();
        requests.forEach(request -> {
            if (request.answeredAt() == UNANSWERED) {
                unanswered.add(request);
            }
        });
        return unanswered;
    }

    /**
     * The client needs no response up to a number.
     *
     * @param last the number
     */
    public synchronized void seen(long last) {
        requests.removeUpTo(last, this::release);
        arriving.removeIf(tx -> tx <= last);
        forgotten.addUpTo(last);
    }

    private void release(E request) {
        keptBytes.add(-request.release()); // In one step: it may be answered at this moment.
    }

    /** Forgets the responses that were sent before a time, and what was dropped before. */
    void forgetBefore(long time) {
        takeBefore(time).forEach(Entry::abandon);
    }

    /** Forgets what is too old, and returns what was not answered, if the client has been away since then. */
    private synchronized List<E> takeBefore(long time) {
        List<E> old = new ArrayList<>();
        List<E> unanswered = new ArrayList<>();
        boolean isGone = connections == 0 && lastSign - time < 0;
        requests.forEach(request -> {
            long answered = request.answeredAt();
            if (answered != UNANSWERED && answered - time < 0) {
                old.add(request);
            } else if (answered == UNANSWERED && isGone) {
                unanswered.add(request);
            }
        });
        old.forEach(this::forget);
        unanswered.forEach(this::forget);
        return unanswered;
    }

    /** Forgets the oldest responses until the kept bytes of all clients are below a limit, or this has none left. */
    synchronized void forgetOldest(long limit) {
        List<E> answered = new ArrayList<>();
        requests.forEach(request -> {
            if (request.answeredAt() != UNANSWERED) {
                answered.add(request);
            }
        });
        answered.sort(Comparator.comparingLong(Entry::tx));
        long excess = keptBytes.sum() - limit;
        for (E request : answered) {
            if (excess <= 0) {
                return;
            }
            excess -= request.keptBytes();
            forget(request);
        }
    }

    private void forget(E request) {
        requests.remove(request.tx());
        forgotten.add(request.tx());
        release(request);
    }
}
