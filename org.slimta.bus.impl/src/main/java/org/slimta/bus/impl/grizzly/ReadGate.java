package org.slimta.bus.impl.grizzly;

import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * Decides whether a connection is read: it is as long as there is no reason to pause. Changed by the event thread of
 * the connection, read by any thread. The socket is switched only when the first reason is added or the last one is
 * removed.
 */
final class ReadGate {

    /** What the gate controls. */
    interface Switch {

        /** No reason is left: what was kept back is decoded first. That may add a reason again. */
        void catchUp();

        /** Makes the socket be read, or not. */
        void setReading(boolean on);
    }

    private final Switch target;
    private volatile int reasons;
    private boolean reading = true;

    /** Creates an open gate of a socket that is read already. */
    ReadGate(Switch target) {
        this.target = target;
    }

    /**
     * Adds a reason to pause.
     *
     * @return whether it is the only one
     */
    boolean close(PauseReason reason) {
        boolean first = reasons == 0;
        reasons |= bit(reason);
        switchReading();
        return first;
    }

    /** Removes a reason to pause. */
    void open(PauseReason reason) {
        if (isClosedFor(reason)) {
            reasons &= ~bit(reason);
            if (reasons == 0) {
                target.catchUp();
                switchReading();
            }
        }
    }

    /** Removes all reasons; what was kept back is not decoded. */
    void openForGood() {
        reasons = 0;
        switchReading();
    }

    private static int bit(PauseReason reason) {
        return 1 << reason.ordinal();
    }

    private void switchReading() {
        boolean wanted = reasons == 0;
        if (wanted != reading) {
            reading = wanted;
            target.setReading(wanted);
        }
    }

    /** Whether there is no reason to pause. */
    boolean isOpen() {
        return reasons == 0;
    }

    boolean isClosedFor(PauseReason reason) {
        return (reasons & bit(reason)) != 0;
    }

    /** Whether there is any other reason to pause. */
    boolean isClosedForOtherThan(PauseReason reason) {
        return (reasons & ~bit(reason)) != 0;
    }

    /** The reasons to pause now. */
    Set<PauseReason> reasons() {
        int now = reasons;
        if (now == 0) {
            return Set.of();
        }
        Set<PauseReason> set = EnumSet.noneOf(PauseReason.class);
        for (PauseReason reason : PauseReason.values()) {
            if ((now & bit(reason)) != 0) {
                set.add(reason);
            }
        }
        return set;
    }
}
