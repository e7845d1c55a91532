package org.slimta.bus.impl.contract;

import java.time.Duration;

/**
 * The options of both ends of a bus.
 *
 * @param name the name of the bus
 * @param queueSize how many transactions may wait
 * @param receiveTimeout how long the server waits for a request
 * @param sendTimeout how long the client waits for room
 * @param responseTimeout how long the client waits for responses
 * @param drainTimeout how long closing the server takes at most
 */
public record BusSettings(
        String name,
        int queueSize,
        Duration receiveTimeout,
        Duration sendTimeout,
        Duration responseTimeout,
        Duration drainTimeout) {

    /** No wait reaches its time limit within a test, except for that of a closing server for unanswered requests. */
    public static final BusSettings PATIENT = new BusSettings(
            "contract",
            100,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(100));

    BusSettings withReceiveTimeout(Duration time) {
        return new BusSettings(name, queueSize, time, sendTimeout, responseTimeout, drainTimeout);
    }

    /**
     * The same with another time for responses.
     *
     * @param time how long the client waits for responses
     * @return the settings
     */
    public BusSettings withResponseTimeout(Duration time) {
        return new BusSettings(name, queueSize, receiveTimeout, sendTimeout, time, drainTimeout);
    }

    BusSettings withDrainTimeout(Duration time) {
        return new BusSettings(name, queueSize, receiveTimeout, sendTimeout, responseTimeout, time);
    }
}
