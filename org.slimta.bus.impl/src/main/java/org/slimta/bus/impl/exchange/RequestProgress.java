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
        ENDED
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

    boolean isEnded() {
        return state == State.ENDED;
    }

    /** A thread receives it. Returns false if it has ended, or another thread has received it. */
    boolean open() {
        return STATE.compareAndSet(this, State.WAITING, State.OPEN);
    }

    /** Ends it if no thread has received it. Returns false otherwise. */
    boolean endUnreceived() {
        return STATE.compareAndSet(this, State.WAITING, State.ENDED);
    }

    /** Ends it. Returns false if it had already ended. */
    boolean end() {
        return (State) STATE.getAndSet(this, State.ENDED) != State.ENDED;
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
        State before = (State) STATE.getAndSet(this, State.ENDED);
        if (before == State.ENDED) {
            return null;
        }
        BusException found = before == State.WAITING ? Failures.with(Outcome.NOT_PROCESSED, failure) : failure;
        endedBy = found;
        return found;
    }

    /** Returns the failure that ended it; null if something else ended it, or its receiver did. */
    BusException endedBy() {
        return endedBy;
    }
}
