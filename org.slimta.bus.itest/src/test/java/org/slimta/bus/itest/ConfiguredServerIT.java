package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.SERVER;
import static org.slimta.bus.itest.ConfiguredBuses.concat;
import static org.slimta.bus.itest.ConfiguredBuses.freePort;
import static org.slimta.bus.itest.ConfiguredBuses.ofNotes;
import static org.slimta.bus.itest.ConfiguredBuses.send;
import static org.slimta.bus.itest.ConfiguredBuses.update;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.itest.note.Note;

/** Servers and clients by configuration alone. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConfiguredServerIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    @Test
    public void aServerAndAClientNeedNoCode() throws Exception {
        buses.handler(ECHO, "no-code", 0);
        Configuration server = buses.server("no-code");
        BusClient<Note, Note> client = buses.clientOf("no-code");
        assertEquals("re: hello", send(client, "hello"));
        assertTrue(buses.isReady("no-code"));
        assertTrue(buses.isReady("client-of-no-code"));
        BusDTO bus = buses.bus("no-code");
        assertEquals("ready", bus.state);
        assertEquals("server", bus.kind);
        assertEquals(server.getPid(), bus.pid);
        assertEquals("itest.note", bus.requestType);
        assertEquals(1, bus.answered);
        assertEquals(1, bus.peers);
        assertTrue("it took " + bus.latency50 + " us", bus.latency50 >= 0);
        assertEquals(1, buses.bus("client-of-no-code").answered);
        int port = buses.port("no-code");
        server.delete();
        Await.until(
                "the service goes",
                () -> buses.references(BusServer.class, "(slimta.bus.name=no-code)")
                        .isEmpty());
        Await.until("it is not ready", () -> !buses.isReady("no-code"));
        Await.until("it is gone", () -> buses.bus("no-code") == null);
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    @Test
    public void aChangedValueIsTakenOverWithoutClosingTheSocket() throws Exception {
        buses.handler(ECHO, "changed-value", 0);
        Configuration server = buses.server("changed-value");
        BusClient<Note, Note> client = buses.clientOf("changed-value");
        send(client, "before");
        int port = buses.port("changed-value");
        update(
                server,
                ofNotes(
                        "changed-value",
                        "port",
                        0,
                        "queueSize",
                        7,
                        "maxPartSize",
                        "1KiB",
                        "missingHandlerTimeout",
                        "1s"));
        Await.until("it is taken over", () -> buses.bus("changed-value").queueSize == 7);
        send(client, "after");
        assertEquals("both went over one connection of one server", 2, buses.bus("changed-value").answered);
        assertEquals(port, buses.port("changed-value"));
        update(server, ofNotes("changed-value", "port", freePort()));
        Await.until(
                "it listens elsewhere",
                () -> buses.isOpen("changed-value")
                        && buses.port("changed-value") != port
                        && "ready".equals(buses.bus("changed-value").state));
    }

    @Test
    public void tlsIsTurnedOnAndOffByConfiguration() throws Exception {
        String files = Path.of("..", "org.slimta.bus.impl", "src", "test", "resources", "tls")
                        .toRealPath() + "/";
        List<String> peers = Collections.synchronizedList(new ArrayList<>());
        buses.handler(
                received -> {
                    peers.add(received.peer().identity().subject());
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "tls",
                0);
        Object[] good = {
            "tls",
            true,
            "tlsCertificate",
            files + "server.pem",
            "tlsPrivateKey",
            files + "server.key",
            "tlsTrust",
            files + "ca.pem",
            "tlsClientAuth",
            "required",
            "tlsAllowedPeers",
            "CN=queue,O=Example; DNS:edge.example.com"
        };
        Configuration server = buses.server("tls", good);
        BusClient<Note, Note> client = buses.clientOf(
                "tls",
                "responseTimeout",
                "3s",
                "tls",
                "true",
                "tlsKeyStore",
                "",
                "tlsCertificate",
                files + "edge.pem",
                "tlsPrivateKey",
                files + "edge.key",
                "tlsTrust",
                files + "ca.pem",
                "tlsAllowedPeers",
                new String[] {"CN=server,O=Example"});
        assertEquals("hello", send(client, "hello"));
        assertEquals(List.of("CN=edge,O=Example"), peers);
        assertTrue(buses.bus("tls").tls);
        Object[] bad = good.clone();
        bad[3] = files + "missing.pem";
        update(server, concat(ofNotes("tls", "port", 0), bad));
        String reason = buses.rejected("configuration").reason;
        assertTrue(reason, reason.contains("TLS cannot be used: there is no file " + files + "missing.pem"));
        assertTrue(reason, reason.endsWith("The bus tls continues with its previous settings"));
        assertEquals("again", send(client, "again"));
        update(server, ofNotes("tls", "port", 0));
        Await.until("it speaks without TLS, and a client with TLS is told so", () -> {
            try {
                send(client, "over a connection that is drained");
                return false;
            } catch (BusException e) {
                return !buses.bus("tls").tls && e.getMessage().contains("is TLS enabled on that port?");
            }
        });
    }

    @Test
    public void aServerWithoutAHandlerCanBeReceivedFrom() throws Exception {
        buses.server("received-by-hand", "missingHandlerTimeout", "100ms");
        BusServer<Note, Note> server = buses.service(BusServer.class, "received-by-hand");
        BusClient<Note, Note> client = buses.clientOf("received-by-hand");
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("hello", null)));
        // Longer than a server waits for a handler: one that is received from has none to wait for.
        assertThrows(
                TimeoutException.class,
                () -> sent.response().toCompletableFuture().get(500, TimeUnit.MILLISECONDS));
        ServerTransaction<Note, Note> received = server.recvRequest();
        received.sendResponse(received.requests());
        assertEquals("hello", sent.recvResponse().get(0).text());
    }

    @Test
    public void theBundleOfTheTypesMayComeLater() throws Exception {
        buses.handler(ECHO, "late-types", 0);
        Bundle codec = new BundleLifecycle(buses.context()).find("itest.notecodec");
        codec.stop();
        try {
            buses.server("late-types");
            Await.until("it waits", () -> buses.isWaitingFor("late-types", "there is no codec"));
            assertEquals(
                    "there is no codec for itest.note; install or start the bundle with an XmlCodec service with the"
                            + " property slimta.bus.codec.type=itest.note",
                    buses.bus("late-types").waitingFor.split("; there are")[0]);
            assertFalse(buses.isReady("late-types"));
        } finally {
            codec.start();
        }
        Await.until("it is ready", () -> buses.isReady("late-types"));
        assertEquals("re: x", send(buses.clientOf("late-types"), "x"));
    }

    @Test
    public void aBundleMayBringConfigurationsForTheConfigurator() throws Exception {
        Bundle bundle = new BundleLifecycle(buses.context())
                .install(new BundleJar("itest.buses", "1.0.0")
                        .configurations("buses.json")
                        .write());
        Await.until("it is open", () -> buses.isOpen("from-json"));
        assertEquals(7, buses.bus("from-json").queueSize);
        assertEquals("org.slimta.bus.server~from-json", buses.bus("from-json").pid);
        buses.handler(ECHO, "from-json", 0);
        assertEquals("re: x", send(buses.clientOf("from-json"), "x"));
        bundle.uninstall();
        Await.until("it is gone", () -> buses.bus("from-json") == null);
    }

    @Test
    public void oneOfTwoWithTheSameNameWaitsForTheOther() throws Exception {
        Configuration first = buses.server("same-name");
        Await.until("the first is open", () -> buses.isOpen("same-name"));
        Configuration second = buses.server("same-name");
        Await.until(
                "the second waits",
                () -> buses.waitsBecause(second, "another server, local bus or chain already uses"));
        first.delete();
        Await.until(
                "the second is open",
                () -> buses.isOpen("same-name") && buses.isWaitingFor("same-name", "there is no handler"));
    }

    @Test
    public void aServerWhosePortIsTakenOpensWhenItIsFree() throws Exception {
        Configuration server;
        int port;
        try (ServerSocket taken = new ServerSocket()) {
            taken.setReuseAddress(true);
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            port = taken.getLocalPort();
            server = buses.configure(SERVER, ofNotes("taken-port", "port", port));
            Await.until("it waits", () -> buses.waitsBecause(server, "cannot listen on 127.0.0.1:"));
        }
        Await.until("it is open", () -> buses.isWaitingFor("taken-port", "there is no handler"));
        assertEquals(port, buses.port("taken-port"));
    }
}
