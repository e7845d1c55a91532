package org.slimta.bus.impl.socket;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a connection is read: as long as there is no reason not to. Its selector thread changes it, any thread may ask. The
 * socket is told only when the first reason comes or the last one goes.
 */
final class ReadGate {

    /** Why a connection is not read. */
    enum Reason {
        /** A step of its TLS handshake is worked on elsewhere. */
        HANDSHAKE,
        /** All connections together hold as much in memory as they may. */
        MEMORY,
        /** The queue of the server is full. */
        QUEUE_FULL,
        /** The peer has many responses to take before it gets more. */
        UNTAKEN_RESPONSES,
        /** As many of its requests as may be are not answered yet. */
        IN_FLIGHT;

        private final int bit = 1 << ordinal();

        /** Its name for reports. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

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
    boolean close(Reason reason) {
        boolean first = reasons == 0;
        reasons |= reason.bit;
        switchReading();
        return first;
    }

    /** That is no reason any more. */
    void open(Reason reason) {
        if (isClosedFor(reason)) {
            reasons &= ~reason.bit;
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

    boolean isClosedFor(Reason reason) {
        return (reasons & reason.bit) != 0;
    }

    /** Whether anything else speaks against reading. */
    boolean isClosedForOtherThan(Reason reason) {
        return (reasons & ~reason.bit) != 0;
    }

    /** Why it is closed now. */
    Set<Reason> reasons() {
        int now = reasons;
        if (now == 0) {
            return Set.of();
        }
        Set<Reason> set = EnumSet.noneOf(Reason.class);
        for (Reason reason : Reason.values()) {
            if ((now & reason.bit) != 0) {
                set.add(reason);
            }
        }
        return set;
    }
}
