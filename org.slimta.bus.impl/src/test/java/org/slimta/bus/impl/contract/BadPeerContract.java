package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;

/** A bad peer costs only its own transaction. */
public interface BadPeerContract extends ContractFixture {

    @Test
    default void aClientThatGaveUpCostsOnlyItsOwnTransaction() throws Exception {
        reopen(BusSettings.PATIENT.withResponseTimeout(SHORT));
        ClientTransaction<String> givenUp = bus().client().sendRequest(List.of("given up"));
        assertEquals(Reason.TIMEOUT, failureOf(givenUp).reason());
        CompletableFuture<List<String>> answered = new CompletableFuture<>();
        threads().execute(() -> {
            while (!answered.isDone()) {
                try {
                    answered.complete(
                            bus().client().sendRequest(List.of("good")).recvResponse());
                } catch (BusException e) {
                    // The server may still be busy with the first one.
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        echo(bus().server());
        assertEquals(List.of("re: good"), answered.get(20, TimeUnit.SECONDS));
    }
}
