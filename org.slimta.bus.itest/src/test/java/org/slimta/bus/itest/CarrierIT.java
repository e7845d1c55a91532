package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.PROXY;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Constants;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.itest.note.Note;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.CarrierBusFactory;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredEnd;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;
import org.slimta.bus.spi.RequestSource;
import org.slimta.bus.spi.ServerCarrier;

/** A bundle carries the frames of buses in its own way; here it hands them over in memory, by the name of a topic. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class CarrierIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    private final Map<String, CarriedServer<?, ?>> topics = new ConcurrentHashMap<>();
    private final Map<String, ConfiguredEnd> ends = new ConcurrentHashMap<>();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    @After
    public void close() throws Exception {
        for (ConfiguredEnd end : ends.values()) {
            end.close().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private <S> S service(Class<S> type) {
        Await.until(type + " is a service", () -> buses.context().getServiceReference(type) != null);
        return buses.context().getService(buses.context().getServiceReference(type));
    }

    private static Map<String, Object> configuration(String name, String topic) {
        Map<String, Object> all = new HashMap<>();
        all.put(Constants.SERVICE_PID, "itest.carrier~" + name);
        all.put(BusConstants.BUS_NAME, name);
        all.put(BusConstants.REQUEST_TYPE, "itest.note");
        all.put(BusConstants.RESPONSE_TYPE, "itest.note");
        all.put("topic", topic);
        return all;
    }

    private void server(String name, String topic) {
        ends.put(
                name,
                service(org.slimta.bus.spi.ConfiguredBuses.class)
                        .newServer("topic.server", configuration(name, topic), new Servers()));
    }

    private void client(String name, String topic) {
        ends.put(
                name,
                service(org.slimta.bus.spi.ConfiguredBuses.class)
                        .newClient("topic.client", configuration(name, topic), new Clients()));
    }

    private final class Servers implements ServerCarrier<String> {

        @Override
        public String read(CarrierSettings settings) {
            return settings.required("topic", "relay");
        }

        @Override
        public String address(String topic) {
            return "topic:" + topic;
        }

        @Override
        public Open open(String topic, CarriedServer<Object, Object> server) {
            topics.put(topic, server);
            return new Open() {

                @Override
                public void stop() {
                    topics.remove(topic, server);
                }

                @Override
                public void close() {}
            };
        }
    }

    private final class Clients implements ClientCarrier<String> {

        @Override
        public String read(CarrierSettings settings) {
            return settings.required("topic", "relay");
        }

        @Override
        public String address(String topic) {
            return "topic:" + topic;
        }

        @Override
        public Carrier open(String topic) {
            return new Topic(topic);
        }
    }

    private final class Topic implements Carrier {

        private final String name;

        Topic(String name) {
            this.name = name;
        }

        @Override
        public String target() {
            return "topic:" + name;
        }

        @Override
        public void send(OutboundRequest request) {
            CarriedServer<?, ?> server = topics.get(name);
            if (server == null) {
                request.fail(Reason.CONNECT, "there is no server for the topic " + name, null);
            } else {
                deliver(request.begin(), server.newRequest(new Source(request)));
            }
        }

        @Override
        public void close() {}
    }

    private static void deliver(FrameBytes frame, FrameReceiver receiver) {
        try (frame;
                receiver) {
            for (ByteBuffer next = frame.next(); next != null; next = frame.next()) {
                receiver.receive(next);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Source(OutboundRequest request) implements RequestSource, Peer {

        @Override
        public Peer peer() {
            return this;
        }

        @Override
        public String name() {
            return "topic";
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
            deliver(reply, request.response());
        }

        @Override
        public void giveBack() {
            request.fail(Reason.CLOSED, "the server is closed", null);
        }
    }

    @Test
    public void itsConfiguredBusesHaveServicesHandlersAndProxiesLikeAnyOther() throws Exception {
        server("topic-front", "front");
        server("topic-back", "back");
        client("to-topic-back", "back");
        client("to-topic-front", "front");
        buses.configure(PROXY, BusConstants.BUS_NAME, "topic-proxy", "from", "topic-front", "to", "to-topic-back");
        buses.handler(ECHO, "topic-back", 0);
        BusClient<Note, Note> client = buses.service(BusClient.class, "to-topic-front");
        assertEquals("re: a", ConfiguredBuses.send(client, "a"));
        assertEquals("topic.server", buses.bus("topic-back").kind);
        assertEquals("topic:back", buses.bus("topic-back").address);
        ends.get("topic-back").close().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertNull(buses.bus("topic-back"));
    }

    @Test
    public void theFactoryServiceOpensBothEndsAndClosesThemWithItsUser() throws Exception {
        CarrierBusFactory factory = service(CarrierBusFactory.class);
        CarriedServer<Note, Note> server =
                factory.newServer("topic:code", Note.class, Note.class, ServerOptions.defaults());
        topics.put("code", server);
        BusClient<Note, Note> client =
                factory.newClient(new Topic("code"), Note.class, Note.class, ClientOptions.defaults());
        var sent = client.sendRequest(List.of(new Note("a", null)));
        ServerTransaction<Note, Note> received = server.recvRequest();
        received.sendResponse(received.requests());
        assertEquals("a", sent.recvResponse().get(0).text());
        assertTrue(buses.context().ungetService(buses.context().getServiceReference(CarrierBusFactory.class)));
        Await.until("it is closed", server::isClosed);
    }
}
