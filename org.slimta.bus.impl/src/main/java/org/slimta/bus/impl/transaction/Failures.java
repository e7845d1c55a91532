package org.slimta.bus.impl.transaction;

import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/** Makes the failures of one bus. Their messages name the bus, and the peer if one is concerned. Immutable. */
public final class Failures {

    private final Supplier<String> bus;

    /**
     * Creates the failures of a bus.
     *
     * @param bus supplies the name of the bus
     */
    public Failures(Supplier<String> bus) {
        this.bus = bus;
    }

    /**
     * Makes a failure that concerns the bus itself.
     *
     * @param reason the reason
     * @param what what happened
     * @return the failure
     */
    public BusException of(Reason reason, String what) {
        return new BusException(reason, "bus " + bus.get() + ": " + what);
    }

    /**
     * Makes a failure that concerns a peer.
     *
     * @param reason the reason
     * @param peer the peer's name
     * @param what what happened
     * @param cause the cause, or null
     * @return the failure
     */
    public BusException of(Reason reason, String peer, String what, Throwable cause) {
        return new BusException(reason, "bus " + bus.get() + ", peer " + peer + ": " + what, cause);
    }

    /**
     * Makes a failure that concerns a peer, of a transaction whose outcome is known.
     *
     * @param reason the reason
     * @param outcome the outcome
     * @param peer the peer's name
     * @param what what happened
     * @param cause the cause, or null
     * @return the failure
     */
    public BusException of(Reason reason, Outcome outcome, String peer, String what, Throwable cause) {
        return new BusException(reason, outcome, "bus " + bus.get() + ", peer " + peer + ": " + what, cause);
    }

    /**
     * Adds the bus and the peer to a failure from a lower room, which knows neither.
     *
     * @param peer the peer's name
     * @param found the failure
     * @return a failure with the same reason and outcome
     */
    public BusException at(String peer, BusException found) {
        return of(found.reason(), found.outcome(), peer, found.getMessage(), found);
    }

    /**
     * Returns a failure with another outcome.
     *
     * @param outcome the outcome
     * @param failure the failure
     * @return a failure that differs in nothing else; the same one if it has that outcome
     */
    public static BusException with(Outcome outcome, BusException failure) {
        if (failure.outcome() == outcome) {
            return failure;
        }
        BusException other = new BusException(failure.reason(), outcome, failure.getMessage(), failure.getCause());
        other.setStackTrace(failure.getStackTrace());
        return other;
    }

    /**
     * Makes the failure of a transaction whose sender was interrupted.
     *
     * @param cause what the sender gets
     * @return the failure
     */
    public BusException interrupted(InterruptedException cause) {
        String message = "bus " + bus.get() + ": the thread was interrupted while it waited to send";
        return new BusException(Reason.CLOSED, message, cause);
    }

    /** {@return the failure of a bus that is closed} */
    public BusException closed() {
        return of(Reason.CLOSED, "the bus is closed");
    }
}
