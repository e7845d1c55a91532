package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.AbstractList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.condition.Condition;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.itest.note.Note;

/** Buses that are there by configuration alone, with handlers and filters that are services. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConfiguredBusIT {

    private static final String SERVER = "org.slimta.bus.server";
    private static final String CLIENT = "org.slimta.bus.client";
    private static final String LOCAL = "org.slimta.bus.local";
    private static final String CHAIN = "org.slimta.bus.chain";
    private static final String PROXY = "org.slimta.bus.proxy";
    private static final RequestHandler<Note, Note> ECHO = answering("re: ");

    private BundleContext context;
    private ConfigurationAdmin admin;
    private BusRuntime runtime;
    private final List<Configuration> configurations = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(
                Installed.slimtaBus(),
                Installed.more(
                        "org.apache.felix.configurator",
                        "org.apache.felix.cm.json",
                        "jakarta.json",
                        "org.osgi.util.converter"),
                Installed.jar(SampleBundles.note()),
                Installed.jar(SampleBundles.noteCodec(1)),
                Installed.jar(new BundleJar("itest.slow", "1.0.0")
                        .packages("org.slimta.bus.itest.slow")
                        .component("org.slimta.bus.itest.slow.Slow")
                        .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.itest.note")
                        .write()));
    }

    @Before
    public void getServices() {
        context = FrameworkUtil.getBundle(ConfiguredBusIT.class).getBundleContext();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        await("the runtime is a service", () -> context.getServiceReference(BusRuntime.class) != null);
        runtime = context.getService(context.getServiceReference(BusRuntime.class));
    }

    @After
    public void removeAll() throws Exception {
        for (ServiceRegistration<?> service : services) {
            try {
                service.unregister();
            } catch (IllegalStateException e) {
                // The test did so already.
            }
        }
        for (Configuration configuration : configurations) {
            try {
                configuration.delete();
            } catch (IllegalStateException e) {
                // The test did so already.
            }
        }
        await("all buses are closed", () -> Arrays.stream(runtime.getRuntimeDTO().buses).noneMatch(bus -> bus.pid != null));
        await("no configuration is rejected", () -> find("configuration") == null);
    }

    private static void await(String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try {
            while (!condition.call()) {
                assertTrue(what, System.nanoTime() < deadline);
                Thread.sleep(1);
            }
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }

    private static RequestHandler<Note, Note> answering(String prefix) {
        return received -> CompletableFuture.completedFuture(received.requests().stream()
                .map(note -> new Note(prefix + note.text(), null))
                .toList());
    }

    private static BusFilter<Note, Note> marking(String mark) {
        return (batch, to) -> to.sendRequest(batch.requests().stream()
                        .map(note -> new Note(note.text() + mark, null))
                        .toList())
                .response();
    }

    private Configuration configure(String pid, Object... properties) throws Exception {
        Configuration configuration = admin.createFactoryConfiguration(pid, "?");
        configurations.add(configuration);
        update(configuration, properties);
        return configuration;
    }

    private static void update(Configuration configuration, Object... properties) throws Exception {
        Dictionary<String, Object> all = new Hashtable<>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put((String) properties[i], properties[i + 1]);
        }
        configuration.update(all);
    }

    private Configuration server(String name, Object... more) throws Exception {
        return configure(SERVER, concat(ofNotes(name, "port", 0), more));
    }

    private static Object[] ofNotes(String name, Object... more) {
        return concat(
                new Object[] {
                    "slimta.bus.name", name, "slimta.bus.request.type", "itest.note", "slimta.bus.response.type", "itest.note"
                },
                more);
    }

    private static Object[] concat(Object[] one, Object[] other) {
        Object[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private <S> ServiceRegistration<?> register(Class<S> type, Object service, String bus, int ranking) {
        ServiceRegistration<?> registration = context.registerService(
                type.getName(),
                service,
                new Hashtable<>(Map.of(
                        "slimta.bus.whiteboard.target", "(slimta.bus.name=" + bus + ")", "service.ranking", ranking)));
        services.add(registration);
        return registration;
    }

    private ServiceRegistration<?> handler(RequestHandler<Note, Note> handler, String bus, int ranking) {
        return register(RequestHandler.class, handler, bus, ranking);
    }

    private ServiceRegistration<?> filter(BusFilter<Note, Note> filter, String bus, int ranking) {
        return register(BusFilter.class, filter, bus, ranking);
    }

    private BusDTO bus(String name) {
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> name.equals(bus.name))
                .findFirst()
                .orElse(null);
    }

    /** Whether there is a port where one was to be picked. */
    private boolean isOpen(String server) {
        BusDTO bus = bus(server);
        return bus != null && bus.address != null && !bus.address.endsWith(":0");
    }

    private int port(String server) {
        await(server + " listens", () -> isOpen(server));
        String address = bus(server).address;
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private BusClient<Note, Note> clientOf(String server, Object... more) throws Exception {
        String name = "client-of-" + server;
        configure(CLIENT, concat(ofNotes(name, "host", "127.0.0.1", "port", port(server)), more));
        return service(BusClient.class, name);
    }

    @SuppressWarnings("unchecked")
    private <S, T extends S> T service(Class<S> type, String name) throws Exception {
        String filter = "(slimta.bus.name=" + name + ")";
        await("a " + type.getSimpleName() + " " + name, () -> !references(type, filter).isEmpty());
        return (T) context.getService(references(type, filter).iterator().next());
    }

    private <S> Collection<ServiceReference<S>> references(Class<S> type, String filter) throws Exception {
        return context.getServiceReferences(type, filter);
    }

    private boolean isReady(String name) throws Exception {
        return !references(Condition.class, "(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=" + name + "))")
                .isEmpty();
    }

    private static String send(BusClient<Note, Note> client, String text) throws Exception {
        return client.sendRequest(List.of(new Note(text, null))).recvResponse().get(0).text();
    }

    private static BusException failure(BusClient<Note, Note> client) {
        return assertThrows(BusException.class, () -> send(client, "to fail"));
    }

    private RejectedDTO rejected(String kind) {
        await("a rejected " + kind, () -> find(kind) != null);
        return find(kind);
    }

    private RejectedDTO find(String kind) {
        return Arrays.stream(runtime.getRuntimeDTO().rejected)
                .filter(rejected -> rejected.kind.equals(kind))
                .findFirst()
                .orElse(null);
    }

    @Test
    public void aServerAndAClientNeedNoCode() throws Exception {
        handler(ECHO, "a", 0);
        Configuration server = server("a");
        BusClient<Note, Note> client = clientOf("a");
        assertEquals("re: hello", send(client, "hello"));
        assertTrue(isReady("a"));
        assertTrue(isReady("client-of-a"));
        BusDTO bus = bus("a");
        assertEquals("ready", bus.state);
        assertEquals("server", bus.kind);
        assertEquals(server.getPid(), bus.pid);
        assertEquals("itest.note", bus.requestType);
        assertEquals(1, bus.answered);
        assertEquals(1, bus.peers);
        assertTrue("it took " + bus.latency50 + " us", bus.latency50 >= 0);
        assertEquals(1, bus("client-of-a").answered);
        int port = port("a");
        server.delete();
        await("the service goes", () -> references(BusServer.class, "(slimta.bus.name=a)").isEmpty());
        await("it is not ready", () -> !isReady("a"));
        await("it is gone", () -> bus("a") == null);
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    @Test
    public void aWrongValueMakesNoBusAndIsToldInTheRuntime() throws Exception {
        Configuration server = configure(SERVER, ofNotes("b", "port", "http", "queueSize", 0));
        RejectedDTO rejected = rejected("configuration");
        assertEquals(server.getPid(), rejected.id);
        assertEquals(
                "the setting port is http; it must be a whole number, such as 100; "
                        + "the setting queueSize is 0; it must be from 1 to 2147483647",
                rejected.reason);
        assertNull(bus("b"));
        assertTrue(references(BusServer.class, "(slimta.bus.name=b)").isEmpty());
        update(server, ofNotes("b", "port", 0));
        await("it is open", () -> isOpen("b"));
        await("nothing is rejected", () -> find("configuration") == null);
        int port = port("b");
        update(server, ofNotes("b", "port", 0, "drainTimeout", "later"));
        assertTrue(rejected("configuration").reason.endsWith("The bus b goes on as it was"));
        assertEquals(port, port("b"));
    }

    @Test
    public void aChangedValueIsTakenOverWithoutClosingTheSocket() throws Exception {
        handler(ECHO, "c", 0);
        Configuration server = server("c");
        BusClient<Note, Note> client = clientOf("c");
        send(client, "before");
        int port = port("c");
        update(server, ofNotes("c", "port", 0, "queueSize", 7, "maxPartSize", "1KiB", "missingHandlerTimeout", "1s"));
        await("it is taken over", () -> bus("c").queueSize == 7);
        send(client, "after");
        assertEquals("both went over one connection of one server", 2, bus("c").answered);
        assertEquals(port, port("c"));
        update(server, ofNotes("c", "port", freePort()));
        await("it listens elsewhere", () -> isOpen("c") && port("c") != port && "ready".equals(bus("c").state));
    }

    @Test
    public void tlsIsAMatterOfConfiguration() throws Exception {
        String files = Path.of("..", "org.slimta.bus.impl", "src", "test", "resources", "tls").toRealPath() + "/";
        List<String> peers = java.util.Collections.synchronizedList(new ArrayList<>());
        handler(
                received -> {
                    peers.add(received.peer().identity().subject());
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "tls",
                0);
        Object[] good = {
            "tls", true, "tlsCertificate", files + "server.pem", "tlsPrivateKey", files + "server.key", "tlsTrust",
            files + "ca.pem", "tlsClientAuth", "required", "tlsAllowedPeers", "CN=queue,O=Example; DNS:edge.example.com"
        };
        Configuration server = server("tls", good);
        BusClient<Note, Note> client = clientOf(
                "tls",
                "responseTimeout", "3s", "tls", "true", "tlsKeyStore", "", "tlsCertificate", files + "edge.pem", "tlsPrivateKey", files + "edge.key",
                "tlsTrust", files + "ca.pem", "tlsAllowedPeers", new String[] {"CN=server,O=Example"});
        assertEquals("hello", send(client, "hello"));
        assertEquals(List.of("CN=edge,O=Example"), peers);
        assertTrue(bus("tls").tls);
        Object[] bad = good.clone();
        bad[3] = files + "missing.pem";
        update(server, concat(ofNotes("tls", "port", 0), bad));
        String reason = rejected("configuration").reason;
        assertTrue(reason, reason.contains("TLS cannot be used: there is no file " + files + "missing.pem"));
        assertTrue(reason, reason.endsWith("The bus tls goes on as it was"));
        assertEquals("again", send(client, "again"));
        update(server, ofNotes("tls", "port", 0));
        await("it speaks plainly, and who does not is told", () -> {
            try {
                send(client, "over a connection that is drained");
                return false;
            } catch (BusException e) {
                return !bus("tls").tls && e.getMessage().contains("is TLS enabled on that port?");
            }
        });
    }

    @Test
    public void settingsOfTlsWithoutTlsAreAMistake() throws Exception {
        configure(SERVER, ofNotes("half", "port", 0, "tlsCertificate", "server.pem", "tlsClientAuth", "required"));
        assertEquals(
                "there is tlsCertificate, tlsClientAuth, but the setting tls is not true; without it nothing is encrypted",
                rejected("configuration").reason);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    public void theHandlerWithTheHighestRankingServes() throws Exception {
        server("d");
        BusClient<Note, Note> client = clientOf("d");
        handler(answering("one "), "d", 1);
        ServiceRegistration<?> two = handler(answering("two "), "d", 2);
        handler(answering("none "), "other", 3);
        assertEquals("two x", send(client, "x"));
        HandlerDTO[] handlers = runtime.getRuntimeDTO().handlers;
        assertEquals(List.of(), List.of(handlers[0].buses));
        assertEquals(List.of("d"), List.of(handlers[1].buses));
        two.unregister();
        assertEquals("one x", send(client, "x"));
        handler(answering("three "), "d", 3);
        assertEquals("three x", send(client, "x"));
    }

    @Test
    public void requestsWaitForAHandlerButNotForEver() throws Exception {
        server("e", "missingHandlerTimeout", "500ms");
        BusClient<Note, Note> client = clientOf("e");
        BusException failure = failure(client);
        assertEquals(Reason.HANDLER, failure.reason());
        assertTrue(failure.getMessage(), failure.getMessage().contains("bus e: there is no handler"));
        assertTrue(failure.getMessage(), failure.getMessage().contains("matches (slimta.bus.name=e); waited 500 ms"));
        assertEquals("waiting", bus("e").state);
        assertEquals(Map.of("HANDLER", 1L), bus("e").failed);
        ClientTransaction<Note> early = client.sendRequest(List.of(new Note("early", null)));
        await("it waits", () -> bus("e").queued == 1);
        handler(ECHO, "e", 0);
        assertEquals("re: early", early.recvResponse().get(0).text());
    }

    @Test
    public void whatAHandlerDoesWrongFailsItsTransactionAlone() throws Exception {
        server("f");
        BusClient<Note, Note> client = clientOf("f");
        handler(
                received -> switch (received.requests().get(0).text()) {
                    case "throw" -> throw new IllegalStateException("full moon");
                    case "reason" -> throw new BusException(Reason.OVERLOADED, "too many mails");
                    case "null" -> null;
                    case "none" -> CompletableFuture.completedFuture(List.of());
                    case "nulls" -> CompletableFuture.completedFuture(Arrays.asList((Note) null));
                    case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("new moon"));
                    case "later" -> CompletableFuture.supplyAsync(() -> List.of(new Note("late", null)));
                    default -> CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "f",
                0);
        assertEquals("ok", send(client, "ok"));
        assertFails(client, "throw", Reason.HANDLER, "full moon");
        assertFails(client, "reason", Reason.OVERLOADED, "too many mails");
        assertFails(client, "null", Reason.HANDLER, "returned null");
        assertFails(client, "none", Reason.MISMATCH, "0 responses to 1 requests");
        assertFails(client, "nulls", Reason.HANDLER, "returned null");
        assertFails(client, "fail", Reason.HANDLER, "new moon");
        assertEquals("late", send(client, "later"));
        assertEquals("ok", send(client, "ok"));
        assertEquals(3, bus("f").answered);
        assertEquals(Map.of("HANDLER", 4L, "MISMATCH", 1L, "OVERLOADED", 1L), bus("f").failed);
    }

    private static void assertFails(BusClient<Note, Note> client, String text, Reason reason, String message) {
        BusException failure = assertThrows(BusException.class, () -> send(client, text));
        assertEquals(reason, failure.reason());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }

    @Test
    public void noMoreTransactionsThanAllowedAreHandledAtOnce() throws Exception {
        server("g", "maxConcurrentHandlers", 3);
        BusClient<Note, Note> client = clientOf("g");
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        handler(
                received -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    go.await();
                    now.decrementAndGet();
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "g",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add(client.sendRequest(List.of(new Note("n" + i, null))));
        }
        await("three are handled", () -> now.get() == 3);
        await("the others wait", () -> bus("g").queued == 17);
        go.countDown();
        for (int i = 0; i < 20; i++) {
            assertEquals("n" + i, sent.get(i).recvResponse().get(0).text());
        }
        assertEquals(3, most.get());
    }

    @Test
    public void aHandlerThatAnswersLaterOccupiesNoThread() throws Exception {
        server("h");
        BusClient<Note, Note> client = clientOf("h");
        List<CompletableFuture<List<Note>>> later = java.util.Collections.synchronizedList(new ArrayList<>());
        handler(
                received -> {
                    CompletableFuture<List<Note>> answer = new CompletableFuture<>();
                    later.add(answer);
                    return answer;
                },
                "h",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(client.sendRequest(List.of(new Note("n", null))));
        }
        await("all are begun", () -> later.size() == 100);
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slimta-bus-h-"))
                .count();
        assertTrue(threads + " threads", threads < 50);
        later.forEach(answer -> answer.complete(List.of(new Note("done", null))));
        for (ClientTransaction<Note> transaction : sent) {
            assertEquals("done", transaction.recvResponse().get(0).text());
        }
    }

    @Test
    public void aHandlerThatGoesIsLetFinish() throws Exception {
        server("i");
        BusClient<Note, Note> client = clientOf("i");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ServiceRegistration<?> slow = handler(
                received -> {
                    begun.countDown();
                    go.await();
                    return CompletableFuture.completedFuture(List.of(new Note("finished", null)));
                },
                "i",
                0);
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("n", null)));
        begun.await();
        CompletableFuture<Void> gone = CompletableFuture.runAsync(slow::unregister);
        await("it is not used for more", () -> bus("i").handler == -1);
        ClientTransaction<Note> next = client.sendRequest(List.of(new Note("n", null)));
        await("the next waits", () -> bus("i").queued == 1);
        assertFalse(gone.isDone());
        go.countDown();
        gone.get(30, TimeUnit.SECONDS);
        assertEquals("finished", sent.recvResponse().get(0).text());
        handler(ECHO, "i", 0);
        assertEquals("re: n", next.recvResponse().get(0).text());
    }

    @Test
    public void aHandlerThatWasOvertakenIsLetFinishToo() throws Exception {
        server("s");
        BusClient<Note, Note> client = clientOf("s");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ServiceRegistration<?> slow = handler(
                received -> {
                    begun.countDown();
                    go.await();
                    return CompletableFuture.completedFuture(List.of(new Note("finished", null)));
                },
                "s",
                0);
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("n", null)));
        begun.await();
        handler(ECHO, "s", 1);
        assertEquals("re: n", send(client, "n"));
        CompletableFuture<Void> gone = CompletableFuture.runAsync(slow::unregister);
        await("it is going", () -> runtime.getRuntimeDTO().handlers.length == 1);
        assertEquals("re: n", send(client, "n"));
        assertFalse(gone.isDone());
        go.countDown();
        gone.get(30, TimeUnit.SECONDS);
        assertEquals("finished", sent.recvResponse().get(0).text());
    }

    @Test
    public void aListThatFailsCostsItsTransactionAlone() throws Exception {
        server("t", "maxConcurrentHandlers", 1);
        BusClient<Note, Note> client = clientOf("t");
        handler(
                received -> CompletableFuture.completedFuture(
                        received.requests().get(0).text().equals("bad") ? new Failing() : List.copyOf(received.requests())),
                "t",
                0);
        assertFails(client, "bad", Reason.HANDLER, "lazy");
        assertFails(client, "bad", Reason.HANDLER, "lazy");
        assertEquals("good", send(client, "good"));
    }

    /** Declarative Services takes a component away, and opens a bus, on the one thread that Configuration Admin has for events. */
    @Test
    public void aHandlerThatGoesWithItsConfigurationHardlyHoldsUpOthers() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        System.getProperties().put("itest.slow.begun", begun);
        System.getProperties().put("itest.slow.end", end);
        Configuration component = admin.getConfiguration("itest.slow", "?");
        try {
            component.update(new Hashtable<>(Map.of("revision", 1)));
            server("slow", "drainTimeout", "10m");
            BusClient<Note, Note> client = clientOf("slow");
            await("the handler is there", () -> bus("slow").handler >= 0);
            long before = bus("slow").handler;
            ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("x", null)));
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            component.update(new Hashtable<>(Map.of("revision", 2)));
            server("after-slow");
            await("the next configuration is taken up", () -> isOpen("after-slow"));
            await("the component is another one", () -> bus("slow").handler >= 0 && bus("slow").handler != before);
            assertFalse(sent.response().toCompletableFuture().isDone());
            end.countDown();
            assertEquals("x", sent.recvResponse().get(0).text());
        } finally {
            end.countDown();
            component.delete();
        }
    }

    @Test
    public void aFilterForAServerIsRejected() throws Exception {
        server("w");
        filter(marking("!"), "w", 0);
        String reason = rejected("filter").reason;
        assertTrue(reason, reason.contains("its target (slimta.bus.name=w) matches the server w, which runs no filters"));
    }

    private static final class Failing extends AbstractList<Note> {

        @Override
        public Note get(int index) {
            throw new IllegalStateException("lazy");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @Test
    public void moreAreHandledWhenMoreMayBe() throws Exception {
        Configuration server = server("u", "maxConcurrentHandlers", 1);
        BusClient<Note, Note> client = clientOf("u");
        CountDownLatch three = new CountDownLatch(3);
        handler(
                received -> {
                    three.countDown();
                    three.await();
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "u",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sent.add(client.sendRequest(List.of(new Note("n", null))));
        }
        await("two wait", () -> bus("u").queued == 2);
        update(server, ofNotes("u", "port", 0, "maxConcurrentHandlers", 3));
        for (ClientTransaction<Note> transaction : sent) {
            assertEquals("n", transaction.recvResponse().get(0).text());
        }
    }

    @Test
    public void whatComesWithTheConditionDoesNotMakeASecondOne() throws Exception {
        server("v-in");
        String condition = "(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=v))";
        ServiceListener comesAndGoes = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                handler(ECHO, "v", 0);
            } else if (event.getType() == ServiceEvent.UNREGISTERING) {
                services.remove(services.size() - 1).unregister();
            }
        };
        context.addServiceListener(comesAndGoes, condition);
        try {
            Configuration chain = configure(CHAIN, "slimta.bus.name", "v", "from", "v-in");
            await("the handler has come", () -> bus("v") != null && bus("v").handler >= 0);
            assertEquals(1, references(Condition.class, condition).size());
            chain.delete();
            await("the chain is gone", () -> bus("v") == null);
            assertEquals(0, references(Condition.class, condition).size());
            assertTrue(services.isEmpty());
        } finally {
            context.removeServiceListener(comesAndGoes);
        }
    }

    @Test
    public void filtersOfAChainRunInTheOrderOfTheirRanking() throws Exception {
        server("j-in");
        configure(CHAIN, "slimta.bus.name", "j", "from", "j-in", "minFilters", 1, "missingHandlerTimeout", "20s");
        BusClient<Note, Note> client = clientOf("j-in");
        handler(ECHO, "j", 0);
        ClientTransaction<Note> waiting = client.sendRequest(List.of(new Note("x", null)));
        await("there is no filter yet", () -> isWaitingFor("j", "0 filters match"));
        filter(marking(" b"), "j", 1);
        assertEquals("re: x b", waiting.recvResponse().get(0).text());
        ServiceRegistration<?> first = filter(marking(" a"), "j", 2);
        filter(marking(" c"), "j", 0);
        assertEquals("re: x a b c", send(client, "x"));
        assertEquals(3, bus("j").filters.length);
        first.setProperties(new Hashtable<>(
                Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=j)", "service.ranking", -1)));
        assertEquals("re: x b c a", send(client, "x"));
        filter((batch, to) -> CompletableFuture.completedFuture(List.of(new Note("by itself", null))), "j", 9);
        assertEquals("by itself", send(client, "x"));
        assertTrue(isReady("j"));
    }

    @Test
    public void theEndOfAChainIsAServiceToo() throws Exception {
        server("k-in");
        configure(CHAIN, "slimta.bus.name", "k", "from", "k-in");
        filter(marking("!"), "k", 0);
        BusClient<Note, Note> client = clientOf("k-in");
        BusServer<Note, Note> end = service(BusServer.class, "k");
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("hello", null)));
        ServerTransaction<Note, Note> received = end.recvRequest();
        assertEquals("hello!", received.requests().get(0).text());
        received.sendResponse(List.of(new Note("by hand", null)));
        assertEquals("by hand", sent.recvResponse().get(0).text());
        end.close();
        assertNotNull("closing it does nothing", client.sendRequest(List.of(new Note("again", null))));
        assertEquals("again!", end.recvRequest().requests().get(0).text());
    }

    @Test
    public void aServerCanBeReceivedFromByHand() throws Exception {
        server("l", "missingHandlerTimeout", "100ms");
        BusServer<Note, Note> server = service(BusServer.class, "l");
        BusClient<Note, Note> client = clientOf("l");
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("hello", null)));
        Thread.sleep(500); // More than the time to wait for a handler, which is not waited for here.
        ServerTransaction<Note, Note> received = server.recvRequest();
        received.sendResponse(received.requests());
        assertEquals("hello", sent.recvResponse().get(0).text());
    }

    @Test
    public void aProxyPassesFromALocalBusToAClient() throws Exception {
        handler(ECHO, "m", 0);
        configure(LOCAL, "slimta.bus.name", "m-edge");
        configure(PROXY, "slimta.bus.name", "m-proxy", "from", "m-edge", "to", "client-of-m");
        filter(marking("?"), "m-proxy", 0);
        BusClient<Note, Note> edge = service(BusClient.class, "m-edge");
        ClientTransaction<Note> early = edge.sendRequest(List.of(new Note("early", null)));
        await("it waits for the target bus", () -> isWaitingFor("m-proxy", "the target bus "));
        assertFalse(isReady("m-proxy"));
        server("m");
        clientOf("m");
        assertEquals("re: early?", early.recvResponse().get(0).text());
        assertEquals("re: x?", send(edge, "x"));
        assertTrue(isReady("m-proxy"));
        assertEquals(2, bus("m-proxy").answered);
        assertEquals("from m-edge, to client-of-m", bus("m-proxy").address);
    }

    @Test
    public void aLocalBusHasHandlersToo() throws Exception {
        configure(LOCAL, "slimta.bus.name", "n");
        BusClient<Note, Note> client = service(BusClient.class, "n");
        handler(ECHO, "n", 0);
        assertEquals("re: x", send(client, "x"));
        assertEquals("local", bus("n").kind);
        assertEquals(1, bus("n").answered);
    }

    @Test
    public void theBundleOfTheTypesMayComeLater() throws Exception {
        handler(ECHO, "o", 0);
        Bundle codec = Arrays.stream(context.getBundles())
                .filter(bundle -> "itest.notecodec".equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
        codec.stop();
        try {
            server("o");
            await("it waits", () -> isWaitingFor("o", "there is no codec"));
            assertEquals(
                    "there is no codec for itest.note; install or start the bundle with an XmlCodec service with the property"
                            + " slimta.bus.codec.type=itest.note",
                    bus("o").waitingFor.split("; there are")[0]);
            assertFalse(isReady("o"));
        } finally {
            codec.start();
        }
        await("it is ready", () -> isReady("o"));
        assertEquals("re: x", send(clientOf("o"), "x"));
    }

    @Test
    public void aHandlerWithoutATargetIsRejected() throws Exception {
        services.add(context.registerService(RequestHandler.class, ECHO, new Hashtable<>()));
        RejectedDTO rejected = rejected("handler");
        assertTrue(rejected.reason, rejected.reason.contains("slimta.bus.whiteboard.target is missing"));
        services.get(0).setProperties(new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "slimta.bus.name=p")));
        await("the reason is another", () -> find("handler").reason.contains("which is not a valid LDAP filter"));
        services.get(0).setProperties(new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=p)")));
        await("nothing is rejected", () -> find("handler") == null);
    }

    @Test
    public void aBundleMayBringConfigurationsForTheConfigurator() throws Exception {
        Bundle bundle = context.installBundle(new BundleJar("itest.buses", "1.0.0")
                .configurations("buses.json")
                .write()
                .toUri()
                .toString());
        bundle.start();
        await("it is open", () -> isOpen("from-json"));
        assertEquals(7, bus("from-json").queueSize);
        assertEquals("org.slimta.bus.server~from-json", bus("from-json").pid);
        handler(ECHO, "from-json", 0);
        assertEquals("re: x", send(clientOf("from-json"), "x"));
        bundle.uninstall();
        await("it is gone", () -> bus("from-json") == null);
    }

    @Test
    public void oneOfTwoWithTheSameNameWaitsForTheOther() throws Exception {
        Configuration first = server("q");
        await("the first is open", () -> isOpen("q"));
        Configuration second = server("q");
        await("the second waits", () -> waitsBecause(second, "there is another server, local bus or chain"));
        first.delete();
        await("the second is open", () -> isOpen("q") && isWaitingFor("q", "there is no handler"));
    }

    private boolean isWaitingFor(String name, String message) {
        BusDTO bus = bus(name);
        return bus != null && bus.waitingFor != null && bus.waitingFor.contains(message);
    }

    private boolean waitsBecause(Configuration configuration, String message) {
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .anyMatch(bus -> configuration.getPid().equals(bus.pid)
                        && bus.waitingFor != null
                        && bus.waitingFor.contains(message));
    }

    @Test
    public void aServerWhosePortIsTakenOpensWhenItIsFree() throws Exception {
        Configuration server;
        int port;
        try (ServerSocket taken = new ServerSocket()) {
            taken.setReuseAddress(true);
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            port = taken.getLocalPort();
            server = configure(SERVER, ofNotes("r", "port", port));
            await("it waits", () -> waitsBecause(server, "cannot listen on 127.0.0.1:"));
        }
        await("it is open", () -> isWaitingFor("r", "there is no handler"));
        assertEquals(port, port("r"));
    }
}
