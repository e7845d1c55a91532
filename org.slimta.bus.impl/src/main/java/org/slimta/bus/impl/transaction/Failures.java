package org.slimta.bus.impl.transaction;

import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/** The failures of one bus: each names it, and the peer where there is one. Immutable. */
public final class Failures {

    private final Supplier<String> bus;

    /**
     * Failures of a bus.
     *
     * @param bus tells its name
     */
    public Failures(Supplier<String> bus) {
        this.bus = bus;
    }

    /**
     * A failure that concerns the bus itself.
     *
     * @param reason why
     * @param what what happened
     * @return the failure
     */
    public BusException of(Reason reason, String what) {
        return new BusException(reason, "bus " + bus.get() + ": " + what);
    }

    /**
     * A failure that concerns a peer.
     *
     * @param reason why
     * @param peer the peer's name
     * @param what what happened
     * @param cause what led to it, or null
     * @return the failure
     */
    public BusException of(Reason reason, String peer, String what, Throwable cause) {
        return new BusException(reason, "bus " + bus.get() + ", peer " + peer + ": " + what, cause);
    }

    /**
     * A failure that a room below found, which knows neither bus nor peer.
     *
     * @param peer the peer's name
     * @param found what was found
     * @return the failure, with the same reason
     */
    public BusException at(String peer, BusException found) {
        return of(found.reason(), peer, found.getMessage(), found);
    }

    /**
     * This end is closed.
     *
     * @return the failure
     */
    public BusException closed() {
        return of(Reason.CLOSED, "it is closed");
    }
}
