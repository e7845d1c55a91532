package org.slimta.bus.impl.carrier;

import java.util.function.IntSupplier;
import org.slimta.bus.impl.status.BoundedLog;

/** Calls methods of carriers of other bundles. What they throw is logged, and affects nothing else. Thread-safe. */
public final class CarrierCalls {

    private static final BoundedLog LOG = new BoundedLog(CarrierCalls.class);

    private CarrierCalls() {}

    /**
     * Calls a method.
     *
     * @param what what the carrier is to do, for the log, such as {@code close}
     * @param peer the client or the server at the other end, for the log
     * @param call calls the method
     */
    public static void call(String what, String peer, Runnable call) {
        ask(what, peer, 0, () -> {
            call.run();
            return 0;
        });
    }

    /**
     * Calls a method that returns a number.
     *
     * @param what what the carrier is to do, for the log
     * @param peer the client or the server at the other end, for the log
     * @param otherwise the number if the method throws
     * @param call calls the method
     * @return the number
     */
    static int ask(String what, String peer, int otherwise, IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (Throwable e) {
            LOG.failed("The carrier for " + peer + " failed to " + what, e);
            return otherwise;
        }
    }
}
