package org.slimta.bus.impl.contract;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** A socket bus with a chain of two filters at its end, of which one parks its thread. */
class ChainedBusContractTest extends BusContract {

    @Override
    BusUnderTest open(StandaloneBusFactory factory, Settings settings, ExecutorService threads) throws BusException {
        BusServer<String, String> front = SocketBusContractTest.openServer(factory, settings);
        // Within the chain there is more time than its client has, or it would be chance which of the two says so first.
        Settings inner = settings.withResponseTimeout(Settings.PATIENT.responseTimeout());
        BusFilter<String, String> waiting = (batch, to) ->
                CompletableFuture.completedFuture(to.sendRequest(batch.requests()).recvResponse());
        BusServer<String, String> end = factory.newChain(
                front, List.of(waiting, BusFilter.passOn()), LocalBusContractTest.localOptions(inner));
        return new BusUnderTest(
                end, SocketBusContractTest.openClient(factory, settings, front.address().getPort()), true);
    }
}
