package org.slimta.bus.impl.grizzly;

import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * Whether a connection is read: as long as there is no reason not to. Its selector thread changes it, any thread may ask. The
 * socket is told only when the first reason comes or the last one goes.
 */
final class ReadGate {

    /** What is behind the gate. */
    interface Switch {

        /** Nothing speaks against reading any more: what was kept back is read first. A reason not to may come up meanwhile. */
        void catchUp();

        /** Has the socket be read, or not. */
        void setReading(boolean on);
    }

    private final Switch behind;
    private volatile int reasons;
    private boolean reading = true;

    /** Open, and read already. */
    ReadGate(Switch behind) {
        this.behind = behind;
    }

    /**
     * There is a reason not to read.
     *
     * @return whether there was none before
     */
    boolean close(PauseReason reason) {
        boolean first = reasons == 0;
        reasons |= bit(reason);
        switchReading();
        return first;
    }

    /** That is no reason any more. */
    void open(PauseReason reason) {
        if (isClosedFor(reason)) {
            reasons &= ~bit(reason);
            if (reasons == 0) {
                behind.catchUp();
                switchReading();
            }
        }
    }

    /** Whatever was a reason is none any more; nothing is caught up on. */
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
            behind.setReading(wanted);
        }
    }

    /** Whether nothing speaks against reading. */
    boolean isOpen() {
        return reasons == 0;
    }

    boolean isClosedFor(PauseReason reason) {
        return (reasons & bit(reason)) != 0;
    }

    /** Whether anything else speaks against reading. */
    boolean isClosedForOtherThan(PauseReason reason) {
        return (reasons & ~bit(reason)) != 0;
    }

    /** Why it is closed now. */
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
