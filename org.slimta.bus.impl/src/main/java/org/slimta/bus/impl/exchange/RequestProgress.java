package org.slimta.bus.impl.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.impl.transaction.Failures;

/** How far a request at a server has come, and with it what is certain about the outcome of its failure. Thread-safe. */
final class RequestProgress {

    private enum State {
        /** No thread has received it, so nothing is lost if it is returned to the client. */
        WAITING,
        /** A thread has received it. */
        OPEN,
        /** It was answered, has failed, or was returned to the client. */
        ENDED,
        /** Its client has cancelled it before it was answered. */
        CANCELLED
    }

    private static final VarHandle STATE = state();

    private volatile State state = State.WAITING;
    private volatile BusException endedBy;

    private static VarHandle state() {
        try {
            return MethodHandles.lookup().findVarHandle(RequestProgress.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isEnded() {
        return state == State.ENDED || isCancelled();
    }

    boolean isCancelled() {
        return state == State.CANCELLED;
    }

    private boolean move(State from, State to) {
        return STATE.compareAndSet(this, from, to);
    }

    /** Ends it because its client has cancelled it, if no thread has received it. Returns false otherwise. */
    boolean cancelUnreceived() {
        return move(State.WAITING, State.CANCELLED);
    }

    /** Ends it because its client has cancelled it, if a thread has received it. Returns false otherwise. */
    boolean cancelReceived() {
        return move(State.OPEN, State.CANCELLED);
    }

    /** A thread receives it. Returns false if it has ended, or another thread has received it. */
    boolean open() {
        return move(State.WAITING, State.OPEN);
    }

    /** Ends it if no thread has received it. Returns false otherwise. */
    boolean endUnreceived() {
        return move(State.WAITING, State.ENDED);
    }

    /** Ends it. Returns false if it had already ended. */
    boolean end() {
        return move(State.WAITING, State.ENDED) || move(State.OPEN, State.ENDED);
    }

    /**
     * Ends it with a failure. If no thread has received it, the outcome is {@code NOT_PROCESSED}, whatever the failure
     * says.
     *
     * @return the failure with its outcome; null if it had already ended
     */
    BusException endWith(BusException failure) {
        if (isEnded()) {
            return null;
        }
        endedBy = failure; // Before it has ended: a late response asks for it.
        if (move(State.WAITING, State.ENDED)) {
            BusException unprocessed = Failures.with(Outcome.NOT_PROCESSED, failure);
            endedBy = unprocessed;
            return unprocessed;
        }
        return move(State.OPEN, State.ENDED) ? failure : null;
    }

    /** Returns the failure of a response that comes too late: the failure that ended the request, or else another one. */
    BusException lateFailure(BusException otherwise) {
        BusException why = endedBy;
        return why == null ? otherwise : new BusException(why.reason(), why.outcome(), why.getMessage(), why);
    }
}
