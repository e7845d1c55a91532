package org.slimta.bus.impl.contract;

import java.time.Duration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;

/**
 * Both ends of one bus.
 *
 * @param server the receiving end
 * @param client the sending end
 * @param tellsReasons whether a failure reaches the client with its reason, or as {@code CLOSED}
 */
record BusUnderTest(BusServer<String, String> server, BusClient<String, String> client, boolean tellsReasons) {

    Reason seenByClient(Reason reason) {
        return tellsReasons ? reason : Reason.CLOSED;
    }

    /**
     * How a bus is to be opened.
     *
     * @param queueSize how many transactions may wait
     * @param receiveTimeout how long the server waits for a request
     * @param sendTimeout how long the client waits for room
     * @param responseTimeout how long the client waits for responses
     * @param drainTimeout how long closing the server takes at most
     */
    record Settings(
            int queueSize,
            Duration receiveTimeout,
            Duration sendTimeout,
            Duration responseTimeout,
            Duration drainTimeout) {

        static final Settings PATIENT = new Settings(
                100, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(100));

        Settings withReceiveTimeout(Duration time) {
            return new Settings(queueSize, time, sendTimeout, responseTimeout, drainTimeout);
        }

        Settings withResponseTimeout(Duration time) {
            return new Settings(queueSize, receiveTimeout, sendTimeout, time, drainTimeout);
        }

        Settings withDrainTimeout(Duration time) {
            return new Settings(queueSize, receiveTimeout, sendTimeout, responseTimeout, time);
        }
    }
}
