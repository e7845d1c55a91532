package org.slimta.bus.impl.contract;

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
public record BusUnderTest(BusServer<String, String> server, BusClient<String, String> client, boolean tellsReasons) {

    Reason seenByClient(Reason reason) {
        return tellsReasons ? reason : Reason.CLOSED;
    }
}
