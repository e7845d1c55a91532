package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;

/** A failure has one reason. Its message names the bus, the peer and, for a limit, its name and value. */
public interface FailureContract extends ContractFixture {

    @Test
    default void aFailureReachesTheClient() throws Exception {
        for (Reason reason : EnumSet.allOf(Reason.class)) {
            ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
            bus().server().recvRequest().fail(reason, "this is why");
            BusException failure = failureOf(sent);
            assertEquals(bus().seenByClient(reason), failure.reason());
            assertTrue(failure.getMessage().contains("bus "), failure.getMessage());
            assertTrue(failure.getMessage().contains("peer "), failure.getMessage());
            if (bus().tellsReasons()) {
                assertTrue(failure.getMessage().contains("this is why"), failure.getMessage());
            }
        }
    }

    @Test
    default void aTimeoutNamesBusPeerAndLimit() throws Exception {
        reopen(BusSettings.PATIENT.withResponseTimeout(SHORT));
        String message = failureOf(bus().client().sendRequest(List.of("a"))).getMessage();
        assertAll(
                () -> assertTrue(message.contains("bus "), message),
                () -> assertTrue(message.contains("peer "), message),
                () -> assertTrue(message.contains("200 ms (responseTimeout)"), message));
    }
}
