package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Constants;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredBuses;
import org.slimta.bus.spi.ConfiguredEnd;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;
import org.slimta.bus.spi.RequestSource;
import org.slimta.bus.spi.ServerCarrier;

/** Buses that a bundle with a carrier of its own makes from its configurations. */
@Timeout(60)
class CarriedBusTest {

    /** What a carrier knows of the servers that are open, by subject. */
    private final Map<String, CarriedServer<?, ?>> subjects = new ConcurrentHashMap<>();

    private volatile String unreachable = "";
    private Container container;
    private ConfiguredBuses buses;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        buses = new CarriedBuses(container.context);
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private record Subject(String name) {}

    private static Subject subject(CarrierSettings settings) {
        return new Subject(settings.required("subject", "relay.mail"));
    }

    private final class Servers implements ServerCarrier<Subject> {

        @Override
        public Subject read(CarrierSettings settings) {
            return subject(settings);
        }

        @Override
        public String address(Subject settings) {
            return "subject:" + settings.name();
        }

        @Override
        public Open open(Subject settings, CarriedServer<Object, Object> server) throws BusException {
            if (settings.name().equals(unreachable)) {
                throw new BusException(Reason.CONNECT, "the broker of " + settings.name() + " is not reachable");
            }
            subjects.put(settings.name(), server);
            return new Open() {

                @Override
                public void stop() {
                    subjects.remove(settings.name(), server);
                }

                @Override
                public void close() {}
            };
        }
    }

    private final class Clients implements ClientCarrier<Subject> {

        @Override
        public Subject read(CarrierSettings settings) {
            return subject(settings);
        }

        @Override
        public String address(Subject settings) {
            return "subject:" + settings.name();
        }

        @Override
        public Carrier open(Subject settings) {
            return new DirectCarrier(settings.name());
        }
    }

    /** Hands each frame over on the thread of the sender. */
    private final class DirectCarrier implements Carrier {

        private final String subject;

        DirectCarrier(String subject) {
            this.subject = subject;
        }

        @Override
        public String target() {
            return "subject:" + subject;
        }

        @Override
        public void send(OutboundRequest request) {
            CarriedServer<?, ?> server = subjects.get(subject);
            if (server == null) {
                request.fail(Reason.CONNECT, "no server takes requests from the subject " + subject, null);
                return;
            }
            hand(request.begin(), server.newRequest(new DirectSource(request)));
        }

        @Override
        public void close() {}
    }

    private static void hand(FrameBytes frame, FrameReceiver receiver) {
        try (frame;
                receiver) {
            for (ByteBuffer next = frame.next(); next != null; next = frame.next()) {
                receiver.receive(next);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record DirectSource(OutboundRequest request) implements RequestSource, Peer {

        @Override
        public Peer peer() {
            return this;
        }

        @Override
        public String name() {
            return "in-test";
        }

        @Override
        public InetSocketAddress address() {
            return null;
        }

        @Override
        public PeerIdentity identity() {
            return null;
        }

        @Override
        public void reply(FrameBytes reply) {
            hand(reply, request.response());
        }

        @Override
        public void giveBack() {
            request.fail(Reason.CLOSED, "the server is closed", null);
        }
    }

    private static Map<String, Object> configuration(String name, String subject, Object... more) {
        Map<String, Object> all = Container.properties(more);
        all.put(Constants.SERVICE_PID, "test~" + name);
        all.put(BusConstants.BUS_NAME, name);
        all.put(BusConstants.REQUEST_TYPE, Container.TYPE);
        all.put(BusConstants.RESPONSE_TYPE, Container.TYPE);
        all.put("subject", subject);
        return all;
    }

    private ConfiguredEnd server(String name, String subject, Object... more) {
        return buses.newServer("test.server", configuration(name, subject, more), new Servers());
    }

    private ConfiguredEnd client(String name, String subject, Object... more) {
        return buses.newClient("test.client", configuration(name, subject, more), new Clients());
    }

    @Test
    void aHandlerServesAConfiguredServerThroughAConfiguredClient() throws Exception {
        server("relay", "mail", "color", "blue");
        client("to-relay", "mail");
        container.handler(requests -> CompletableFuture.completedFuture(requests.requests()), "relay");
        BusClient<String, String> client = container.service(BusClient.class, "to-relay");
        assertEquals("a", Container.ask(client, "a"));
        assertEquals(
                "blue",
                container.references(BusServer.class, "relay").iterator().next().getProperty("color"));
        assertEquals("test.server", container.bus("relay").kind);
        assertEquals("subject:mail", container.bus("relay").address);
        assertEquals("subject:mail", container.bus("to-relay").address);
        assertEquals(1, container.bus("relay").answered);
        assertEquals(1, container.bus("to-relay").answered);
    }

    @Test
    void aProxyFindsTheEndsByTheirNames() throws Exception {
        server("front", "in");
        client("to-back", "back");
        server("back", "back");
        container.proxy("between", "front", "to-back");
        client("edge", "in");
        container.handler(requests -> CompletableFuture.completedFuture(List.of("from the back")), "back");
        BusClient<String, String> edge = container.service(BusClient.class, "edge");
        Container.await("the proxy is ready", () -> "ready".equals(container.bus("between").state));
        assertEquals("from the back", Container.ask(edge, "a"));
    }

    @Test
    void aServerThatCannotBeOpenedIsTriedAgain() throws Exception {
        unreachable = "mail";
        server("relay", "mail");
        Container.await(
                "the reason is reported",
                () -> container.bus("relay").waitingFor != null
                        && container.bus("relay").waitingFor.contains("the broker of mail is not reachable"));
        unreachable = "";
        Container.await("it is open", () -> subjects.containsKey("mail"));
    }

    @Test
    void aMissingSettingOfTheCarrierIsReportedTogetherWithTheOthers() {
        Map<String, Object> wrong = configuration("relay", "mail", "queueSize", "many", "subjct", "mail");
        wrong.remove("subject");
        buses.newServer("test.server", wrong, new Servers());
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains("the setting subject is missing; set for example subject=relay.mail"), reason);
        assertTrue(reason.contains("the setting queueSize is many"), reason);
        assertTrue(reason.contains("unknown setting subjct; did you mean subject?"), reason);
        assertTrue(subjects.isEmpty());
    }

    @Test
    void anOptionIsAppliedToTheOpenServerAndASettingOfTheCarrierOpensItAgain() throws Exception {
        ConfiguredEnd relay = server("relay", "mail");
        Container.await("it is open", () -> subjects.containsKey("mail"));
        CarriedServer<?, ?> first = subjects.get("mail");
        relay.modified(configuration("relay", "mail", "queueSize", 7));
        Container.await("the queue is smaller", () -> container.bus("relay").queueSize == 7);
        assertEquals(7, first.room());
        relay.modified(configuration("relay", "post"));
        Container.await("it is open again", () -> subjects.containsKey("post"));
        assertNull(subjects.get("mail"));
        assertTrue(first.isClosed());
    }

    @Test
    void whatWasAcceptedIsAnsweredBeforeTheEndIsClosed() throws Exception {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        CompletableFuture<Void> received = new CompletableFuture<>();
        ConfiguredEnd relay = server("relay", "mail", "drainTimeout", "50s");
        client("to-relay", "mail");
        container.handler(
                requests -> {
                    received.complete(null);
                    return answer;
                },
                "relay");
        BusClient<String, String> client = container.service(BusClient.class, "to-relay");
        var sent = client.sendRequest(List.of("a"));
        received.get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> closed = relay.close().toCompletableFuture();
        Container.await("nothing new is taken", () -> subjects.isEmpty());
        assertTrue(!closed.isDone());
        answer.complete(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
        closed.get(20, TimeUnit.SECONDS);
        assertNull(container.bus("relay"));
    }

    @Test
    void theProviderClosesTheEndsWhenItStops() throws Exception {
        ConfiguredEnd relay = server("relay", "mail");
        Container.await("it is open", () -> subjects.containsKey("mail"));
        container.context.close();
        relay.close().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertTrue(subjects.isEmpty());
    }

    private static final class NamelessCarrier implements Carrier {

        private final AtomicInteger open;

        NamelessCarrier(AtomicInteger open) {
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public String target() {
            throw new IllegalStateException("it has no name");
        }

        @Override
        public void send(OutboundRequest request) {}

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @Test
    void aCarrierThatCannotBeUsedIsClosedBeforeTheNextIsOpened() {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger open = new AtomicInteger();
        buses.newClient("test.client", configuration("nameless", "mail"), new ClientCarrier<Subject>() {

            @Override
            public Subject read(CarrierSettings settings) {
                return subject(settings);
            }

            @Override
            public String address(Subject settings) {
                return "subject:" + settings.name();
            }

            @Override
            public Carrier open(Subject settings) {
                opened.incrementAndGet();
                return new NamelessCarrier(open);
            }
        });
        Container.await("it was tried again", () -> opened.get() > 1);
        Container.await("none is left open", () -> open.get() == 0);
    }

    @Test
    void aServerWhoseCarrierIsMissingIsNotOpen() {
        List<CarriedServer<?, ?>> servers = new CopyOnWriteArrayList<>();
        buses.newServer("test.server", configuration("carrierless", "mail"), new ServerCarrier<Subject>() {

            @Override
            public Subject read(CarrierSettings settings) {
                return subject(settings);
            }

            @Override
            public String address(Subject settings) {
                return "subject:" + settings.name();
            }

            @Override
            public Open open(Subject settings, CarriedServer<Object, Object> server) {
                servers.add(server);
                return null;
            }
        });
        Container.await("it was tried", () -> !servers.isEmpty());
        Container.await("it is closed", () -> servers.get(0).isClosed());
    }
}
