package org.slimta.bus.impl.factory;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;

/** A socket bus with a chain of two filters at its end, of which one parks its thread. */
class ChainedBusContractTest extends BusContract {

    ChainedBusContractTest() {
        super(new StandaloneKind() {

            @Override
            public BusUnderTest open(BusSettings settings, ExecutorService threads) throws BusException {
                BusServer<String, String> front = openServer(settings);
                // The chain has more time than its client, or it would depend on chance which of the two fails first.
                BusSettings inner = settings.withResponseTimeout(BusSettings.PATIENT.responseTimeout());
                BusServer<String, String> end = factory.newChain(
                        front,
                        List.of(ChainedBusContractTest::waitForResponses, BusFilter.passOn()),
                        localOptions(inner));
                return new BusUnderTest(end, openClient(settings, front), true);
            }
        });
    }

    private static CompletionStage<List<String>> waitForResponses(
            RequestBatch<String> batch, BusClient<String, String> to) throws Exception {
        try {
            return CompletableFuture.completedFuture(
                    to.sendRequest(batch.requests()).recvResponse());
        } catch (BusException e) {
            if (batch.timeLeft().isZero()) {
                return new CompletableFuture<>(); // Its client fails at the same moment, and says so itself.
            }
            throw e;
        }
    }
}
