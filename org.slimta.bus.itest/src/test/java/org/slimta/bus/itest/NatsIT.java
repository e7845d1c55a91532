package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.ofNotes;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.itest.note.Note;

/** Servers and clients over NATS by configuration, in Felix, with a node of nats-server. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class NatsIT {

    private static final String CONNECTION = "org.slimta.bus.nats";
    private static final String SERVER = "org.slimta.bus.nats.server";
    private static final String CLIENT = "org.slimta.bus.nats.client";

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    @Rule
    public final NatsNodes nodes = new NatsNodes(1);

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed(), Installed.jar(Installed.NATS));
    }

    private Configuration connection() throws Exception {
        return buses.configure(CONNECTION, "slimta.nats.name", "main", "servers", nodes.servers());
    }

    private BusClient<Note, Note> client(String name) throws Exception {
        buses.configure(CLIENT, ofNotes(name, "nats", "main", "subject", "relay"));
        return buses.service(BusClient.class, name);
    }

    private Configuration server(String name) throws Exception {
        return buses.configure(SERVER, ofNotes(name, "nats", "main", "subject", "relay"));
    }

    @Test
    public void serversAndClientsMeetAtASubject() throws Exception {
        connection();
        server("relay");
        buses.handler(ECHO, "relay", 0);
        BusClient<Note, Note> client = client("to-relay");
        assertEquals("re: a", ConfiguredBuses.send(client, "a"));
        Await.until("the client is ready", () -> buses.isReady("to-relay"));
        BusDTO bus = buses.bus("to-relay");
        assertEquals("nats.client", bus.kind);
        assertEquals("nats:relay", bus.address);
        assertEquals(nodes.servers(), bus.node);
        assertEquals(1, bus.targets.length);
        assertEquals("ready", bus.targets[0].state);
        assertEquals("nats.server", buses.bus("relay").kind);
        assertEquals(1, buses.bus("relay").peers);
    }

    @Test
    public void whatIsMissingIsSaid() throws Exception {
        buses.configure(CLIENT, ofNotes("to-relay", "nats", "main", "subject", "relay"));
        Await.until("no connection", () -> buses.isWaitingFor("to-relay", "no NATS connection named main"));
        Configuration connection = connection();
        Await.until("no server", () -> buses.isWaitingFor("to-relay", "no server of relay is there"));
        assertTrue(!buses.isReady("to-relay"));
        server("relay");
        buses.handler(ECHO, "relay", 0);
        Await.until("ready", () -> buses.isReady("to-relay"));
        assertEquals("re: a", ConfiguredBuses.send(buses.service(BusClient.class, "to-relay"), "a"));
        nodes.kill();
        Await.until("no node", () -> buses.isWaitingFor("to-relay", "no node can be reached: " + nodes.servers()));
        connection.delete();
        Await.until("no connection again", () -> buses.isWaitingFor("to-relay", "no NATS connection named main"));
        Await.until("the server waits too", () -> buses.isWaitingFor("relay", "no NATS connection named main"));
    }

    @Test
    public void anInvalidConnectionIsRejected() throws Exception {
        Configuration connection =
                buses.configure(CONNECTION, "slimta.nats.name", "main", "servers", "http://n1", "conectTimeout", "1s");
        String message = buses.rejected("configuration").reason;
        assertTrue(message, message.contains("servers has the value http://n1"));
        assertTrue(message, message.contains("did you mean connectTimeout?"));
        ConfiguredBuses.update(connection, "slimta.nats.name", "main", "servers", nodes.servers());
        Await.until("it is not rejected any more", () -> buses.find("configuration") == null);
        server("relay");
        buses.handler(ECHO, "relay", 0);
        assertEquals("re: a", ConfiguredBuses.send(client("to-relay"), "a"));
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("slimta-nats"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The client is on another connection, which the update of the bundle closes too: senders look for its service again. */
    @Test
    public void theBundleIsUpdatedUnderLoad() throws Exception {
        connection();
        server("relay");
        buses.handler(ECHO, "relay", 0);
        buses.configure(CLIENT, ofNotes("to-relay", "nats", "main", "subject", "relay"));
        Await.until("ready", () -> buses.isReady("to-relay"));
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        Thread sender = new Thread(() -> {
            for (long n = 0; !stopped.get(); n++) {
                try {
                    BusClient<Note, Note> client = buses.service(BusClient.class, "to-relay");
                    assertEquals("re: " + n, ConfiguredBuses.send(client, String.valueOf(n)));
                    answered.incrementAndGet();
                } catch (BusException e) {
                    if (e.outcome() != BusException.Outcome.NOT_PROCESSED) {
                        wrong.set(e);
                    }
                } catch (Exception | AssertionError e) {
                    wrong.set(e);
                }
            }
        });
        sender.start();
        Revisions revisions = new Revisions(buses.context(), "org.slimta.bus.nats");
        for (int i = 0; i < 3; i++) {
            long before = answered.get();
            Await.until("transactions are answered", () -> answered.get() > before + 100);
            revisions.replace("org.slimta.bus.nats", Installed.NATS);
        }
        long last = answered.get();
        Await.until("transactions are answered again", () -> answered.get() > last + 100);
        stopped.set(true);
        sender.join(60_000);
        assertNull(wrong.get());
        Bundle bundle = revisions.bundle("org.slimta.bus.nats");
        assertEquals(Bundle.ACTIVE, bundle.getState());
        bundle.stop();
        Await.until("its threads have ended, of " + threads(), () -> threads().isEmpty());
        bundle.start();
        assertTrue(List.of(Bundle.ACTIVE, Bundle.STARTING).contains(bundle.getState()));
    }
}
