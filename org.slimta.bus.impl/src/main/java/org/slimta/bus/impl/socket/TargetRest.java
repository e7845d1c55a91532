package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether one of several servers is used, or rests because it could not be reached or is closing. A rest ends with a
 * probe: one transaction that is sent there. Rests grow while probes fail. Thread-safe.
 */
final class TargetRest {

    /** The first rest. */
    static final Duration MIN_PAUSE = Duration.ofMillis(100);

    /** The longest rest. */
    static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    /** A server that was reachable for this long starts again with the first rest. */
    private static final long SETTLED_NANOS = MAX_PAUSE.toNanos();

    /** After this time without an outcome, the next transaction is a probe. */
    private static final long MAX_PROBE_NANOS = MAX_PAUSE.toNanos();

    /** Within this time after a probe has ended, its failure is reported. */
    private static final long OUTCOME_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    enum State {
        /** It can be reached, as far as is known. */
        READY("ready"),
        /** It could not be reached, and gets no transactions now. */
        RESTING("resting"),
        /** It has announced that it is closing, and gets no transactions now. */
        CLOSING("closing"),
        /** One transaction tries whether it can be reached again. */
        PROBING("probing");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** Returns the state in reports. */
        String label() {
            return label;
        }
    }

    private volatile State state = State.READY; // Written under the lock of this.
    private long pause; // Guarded by this.
    private long readySince; // Guarded by this.
    private boolean probeEnded; // Guarded by this. Whether a probe has ended whose outcome was not reported.
    private long due; // Guarded by this. When the rest is over, or a probe counts as lost.

    /** Creates the state of a server that is used. */
    TargetRest(long now) {
        readySince = now;
    }

    State state() {
        return state;
    }

    boolean isReady() {
        return state == State.READY;
    }

    /** It cannot be reached: the rest begins, unless it rests already. */
    synchronized void unreachable(long now) {
        if (state == State.READY || state == State.PROBING || probeEnded) {
            rest(State.RESTING, now);
        }
    }

    /** It has announced that it is closing. */
    synchronized void closing(long now) {
        if (state != State.CLOSING) {
            rest(State.CLOSING, now);
        }
    }

    private void rest(State next, long now) {
        boolean settled = state == State.READY && now - readySince > SETTLED_NANOS;
        pause = settled || pause == 0 ? MIN_PAUSE.toNanos() : Math.min(MAX_PAUSE.toNanos(), 2 * pause);
        state = next;
        due = now + pause;
        probeEnded = false;
    }

    /** It can be reached. Returns whether it could not be before. */
    synchronized boolean reachable(long now) {
        if (state == State.READY) {
            return false;
        }
        state = State.READY;
        readySince = now;
        return true;
    }

    /** Returns whether the rest is over, so that the caller's transaction may probe it; then only once. */
    synchronized boolean takeProbe(long now) {
        if (state == State.READY || now - due < 0) {
            return false;
        }
        state = State.PROBING;
        due = now + MAX_PROBE_NANOS;
        probeEnded = false;
        return true;
    }

    /** The probe has ended: unless it turns out that it has failed, a transaction may probe it soon. */
    synchronized void probeOver(long now) {
        if (state == State.PROBING) {
            state = State.RESTING;
            due = now + OUTCOME_NANOS;
            probeEnded = true;
        }
    }
}
