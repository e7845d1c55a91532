package org.slimta.bus.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;

/** What a program on a plain class path sees of its buses, as DTOs and by JMX. */
class RuntimeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();

    @AfterEach
    void close() {
        factory.close();
    }

    private BusDTO bus(String name) {
        return Arrays.stream(factory.runtime().getRuntimeDTO().buses)
                .filter(bus -> bus.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private BusServer<String, String> server() throws BusException {
        return factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().name("runtime-server").build());
    }

    private BusClient<String, String> client(BusServer<String, String> server) {
        return factory.newClient(
                "127.0.0.1",
                server.address().getPort(),
                String.class,
                String.class,
                ClientOptions.builder().name("runtime-client").build());
    }

    @Test
    void bothEndsTellOfTransactionsAndConnections() throws Exception {
        long before = System.currentTimeMillis();
        BusServer<String, String> server = server();
        BusClient<String, String> client = client(server);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest(TIMEOUT);

        BusDTO serving = bus("runtime-server");
        assertEquals(1, serving.inFlight);
        assertTrue(serving.oldestInFlight >= 0);
        assertEquals(1, serving.connections.length);
        assertEquals(1, serving.connections[0].inFlight);
        assertEquals(received.peer().name(), serving.connections[0].address);
        assertTrue(serving.connections[0].opened >= before - 1);
        assertTrue(serving.opened >= before && serving.opened <= System.currentTimeMillis());

        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());

        BusDTO sending = bus("runtime-client");
        assertEquals(1, sending.answered);
        assertEquals(1, sending.recent.answered);
        assertTrue(sending.recent.answeredPerSecond > 0);
        assertTrue(sending.lastAnswered >= before);
        assertEquals(-1, sending.oldestInFlight);
        assertEquals("127.0.0.1:" + server.address().getPort(), sending.connections[0].address);
        assertNull(sending.lastFailure);
        assertEquals(0, sending.failingSince);
    }

    @Test
    void aFailureIsToldAtBothEnds() throws Exception {
        BusServer<String, String> server = server();
        BusClient<String, String> client = client(server);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        server.recvRequest(TIMEOUT).fail(Reason.HANDLER, "the disk is full");
        assertThrows(BusException.class, sent::recvResponse);

        BusDTO sending = bus("runtime-client");
        assertEquals("HANDLER", sending.lastFailure.reason);
        assertTrue(sending.lastFailure.message.contains("the disk is full"), sending.lastFailure.message);
        assertTrue(sending.failingSince > 0);
        assertEquals(1L, sending.recent.failed.get("HANDLER"));
        assertTrue(bus("runtime-server").lastFailure.message.contains("the disk is full"));
    }

    @Test
    void closingAClientIsNoFaultOfItsServer() throws Exception {
        BusServer<String, String> server = server();
        BusClient<String, String> client = client(server);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        server.recvRequest(TIMEOUT);
        BusDTO before = bus("runtime-client");
        client.close();
        assertThrows(BusException.class, sent::recvResponse);
        assertEquals(0, before.failingSince);
        assertFalse(Arrays.stream(factory.runtime().getRuntimeDTO().buses).anyMatch(bus -> bus.failingSince > 0));
    }

    @Test
    void anInterruptedSenderIsNoFaultOfItsServer() throws Exception {
        BusClient<String, String> client = client(server());
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> client.sendRequest(List.of("a")));
        assertEquals("CLOSED", bus("runtime-client").lastFailure.reason);
        assertEquals(0, bus("runtime-client").failingSince);
    }

    @Test
    void jmxShowsABusUntilItIsClosed() throws Exception {
        BusServer<String, String> server = server();
        BusClient<String, String> client = client(server);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        server.recvRequest(TIMEOUT).sendResponse(List.of("b"));
        sent.recvResponse();
        ObjectName name = new ObjectName("org.slimta.bus:type=client,name=runtime-client");
        Await.until("the client is registered", () -> jmx.isRegistered(name));
        assertEquals(bus("runtime-client").answered, jmx.getAttribute(name, "Answered"));
        assertEquals(bus("runtime-client").address, jmx.getAttribute(name, "Address"));
        client.close();
        Await.until("the client is unregistered", () -> !jmx.isRegistered(name));
        ObjectName other = new ObjectName("org.slimta.bus:type=server,name=runtime-server");
        Await.until("the server is registered", () -> jmx.isRegistered(other));
        factory.close();
        assertFalse(jmx.isRegistered(other));
    }

    @Test
    void jmxShowsTheProviderUntilItIsClosed() throws Exception {
        ObjectName all = new ObjectName("org.slimta.bus:type=provider,*");
        int before = jmx.queryNames(all, null).size();
        assertTrue(before >= 1, "there is none");
        StandaloneBusFactory second = new StandaloneBusFactory();
        assertEquals(before + 1, jmx.queryNames(all, null).size());
        second.close();
        assertEquals(before, jmx.queryNames(all, null).size());
    }
}
