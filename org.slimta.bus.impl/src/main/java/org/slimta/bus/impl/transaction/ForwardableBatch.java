package org.slimta.bus.impl.transaction;

import java.util.Objects;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.observing.Observed;

/**
 * A batch of requests with the headers of its response: those that were set, else those of the transaction in which the
 * batch was last passed on. Thread-safe.
 *
 * @param <Q> type of the requests
 */
public abstract class ForwardableBatch<Q> implements RequestBatch<Q> {

    private volatile Headers set; // Null if none were set.
    private volatile ClientTransaction<?> forwarded; // Null if the batch was not passed on.
    private volatile Observed observed; // Null if nobody observes where it was received.

    /** Creates a batch whose response has no headers. */
    protected ForwardableBatch() {}

    @Override
    public final void setResponseHeaders(Headers headers) {
        set = Objects.requireNonNull(headers, "headers");
    }

    @Override
    public final Headers responseHeaders() {
        Headers own = set;
        if (own != null) {
            return own;
        }
        ClientTransaction<?> last = forwarded;
        return last == null ? Headers.none() : last.headers();
    }

    /**
     * Sets the observation of the place where the batch was received.
     *
     * @param by that of the server, or of the filter that has passed the batch on; null for none
     */
    public final void setObserved(Observed by) {
        observed = by;
    }

    /**
     * Returns the observation of the place where a batch was received.
     *
     * @param batch the batch
     * @return that of the server, or of the filter that has passed it on; null if there is none
     */
    public static Observed observedOf(RequestBatch<?> batch) {
        return batch instanceof ForwardableBatch<?> known ? known.observed : null;
    }

    /**
     * The batch was passed on: the headers that come back are those of its response, unless others are set.
     *
     * @param batch the batch; one of another class is left as it is
     * @param sent the transaction in which it was passed on
     */
    public static void forwarded(RequestBatch<?> batch, ClientTransaction<?> sent) {
        if (batch instanceof ForwardableBatch<?> known) {
            known.forwarded = sent;
        }
    }
}
