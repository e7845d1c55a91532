package org.slimta.bus.impl.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.EchoServer;

/** What the tests of a contract work with. */
public interface ContractFixture {

    /** A limit that is reached within a test. */
    Duration SHORT = Duration.ofMillis(200);

    /**
     * The open bus.
     *
     * @return both ends; opened with {@link BusSettings#PATIENT} before each test
     */
    BusUnderTest bus();

    /**
     * Threads of the test.
     *
     * @return runs what blocks; is shut down after each test
     */
    ExecutorService threads();

    /**
     * Opens another bus, which is {@link #bus()} from then on.
     *
     * @param settings the options of both ends
     * @throws Exception if the bus cannot be opened
     */
    void reopen(BusSettings settings) throws Exception;

    /**
     * Sends requests.
     *
     * @param requests the requests
     * @return what the server has received
     * @throws Exception if they do not arrive
     */
    default ServerTransaction<String, String> send(String... requests) throws Exception {
        bus().client().sendRequest(List.of(requests));
        return bus().server().recvRequest();
    }

    /**
     * Responds to each request on a thread of the test, until the server is closed.
     *
     * @param server what receives the requests; the responses are the requests after {@code "re: "}
     */
    default void echo(BusServer<String, String> server) {
        threads().execute(new EchoServer<>(server, transaction -> {
            try {
                transaction.sendResponse(
                        transaction.requests().stream().map("re: "::concat).toList());
            } catch (BusException e) {
                // The client has given up, or the server is being closed.
            }
        }));
    }
}
