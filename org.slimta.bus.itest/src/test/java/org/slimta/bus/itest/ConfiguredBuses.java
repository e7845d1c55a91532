package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.rules.ExternalResource;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.condition.Condition;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.itest.note.Note;

/**
 * Buses of notes that exist by configuration alone, with handlers and filters that are services. All that a test has
 * configured and registered is removed after it.
 */
public final class ConfiguredBuses extends ExternalResource {

    static final String SERVER = "org.slimta.bus.server";
    static final String CLIENT = "org.slimta.bus.client";
    static final String LOCAL = "org.slimta.bus.local";
    static final String CHAIN = "org.slimta.bus.chain";
    static final String PROXY = "org.slimta.bus.proxy";

    /** Responds to each note with one that has "re: " before its text. */
    static final RequestHandler<Note, Note> ECHO = respondingWith("re: ");

    private final List<Configuration> configurations = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new CopyOnWriteArrayList<>();
    private BundleContext context;
    private ConfigurationAdmin admin;
    private BusRuntime runtime;

    /** What is to be installed for these tests. */
    static Option installed() throws IOException {
        return composite(
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

    @Override
    protected void before() {
        context = FrameworkUtil.getBundle(ConfiguredBuses.class).getBundleContext();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        Await.until("the runtime is a service", () -> context.getServiceReference(BusRuntime.class) != null);
        runtime = context.getService(context.getServiceReference(BusRuntime.class));
    }

    @Override
    protected void after() {
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
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        Await.until(
                "all buses are closed",
                () -> Arrays.stream(runtime.getRuntimeDTO().buses).noneMatch(bus -> bus.pid != null));
        Await.until("no configuration is rejected", () -> find("configuration") == null);
    }

    BundleContext context() {
        return context;
    }

    ConfigurationAdmin admin() {
        return admin;
    }

    BusRuntime runtime() {
        return runtime;
    }

    static RequestHandler<Note, Note> respondingWith(String prefix) {
        return batch -> CompletableFuture.completedFuture(batch.requests().stream()
                .map(note -> new Note(prefix + note.text(), null))
                .toList());
    }

    /** A filter that appends a mark to the text of each request. */
    static BusFilter<Note, Note> marking(String mark) {
        return (batch, to) -> to.sendRequest(batch.requests().stream()
                        .map(note -> new Note(note.text() + mark, null))
                        .toList())
                .response();
    }

    Configuration configure(String pid, Object... properties) throws IOException {
        Configuration configuration = admin.createFactoryConfiguration(pid, "?");
        configurations.add(configuration);
        update(configuration, properties);
        return configuration;
    }

    static void update(Configuration configuration, Object... properties) throws IOException {
        Dictionary<String, Object> all = new Hashtable<>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put((String) properties[i], properties[i + 1]);
        }
        configuration.update(all);
    }

    /** A server at some free port. */
    Configuration server(String name, Object... more) throws IOException {
        return configure(SERVER, concat(ofNotes(name, "port", 0), more));
    }

    /** The settings of a bus of notes. */
    static Object[] ofNotes(String name, Object... more) {
        return concat(
                new Object[] {
                    "slimta.bus.name", name,
                    "slimta.bus.request.type", "itest.note",
                    "slimta.bus.response.type", "itest.note"
                },
                more);
    }

    static Object[] concat(Object[] one, Object[] other) {
        Object[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private <S> ServiceRegistration<?> register(Class<S> type, Object service, String bus, int ranking) {
        String target = "(slimta.bus.name=" + bus + ")";
        return register(type, service, Map.of("slimta.bus.whiteboard.target", target, "service.ranking", ranking));
    }

    <S> ServiceRegistration<?> register(Class<S> type, Object service, Map<String, ?> properties) {
        ServiceRegistration<?> registration =
                context.registerService(type.getName(), service, new Hashtable<>(properties));
        services.add(registration);
        return registration;
    }

    ServiceRegistration<?> handler(RequestHandler<Note, Note> handler, String bus, int ranking) {
        return register(RequestHandler.class, handler, bus, ranking);
    }

    ServiceRegistration<?> filter(BusFilter<Note, Note> filter, String bus, int ranking) {
        return register(BusFilter.class, filter, bus, ranking);
    }

    /** What the runtime reports of a bus, or null if it reports no bus of that name. */
    BusDTO bus(String name) {
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> name.equals(bus.name))
                .findFirst()
                .orElse(null);
    }

    /** Whether a server listens; it has a port of its own then if it is to have a free one. */
    boolean isOpen(String server) {
        BusDTO bus = bus(server);
        return bus != null && bus.address != null && !bus.address.endsWith(":0");
    }

    int port(String server) {
        Await.until(server + " listens", () -> isOpen(server));
        String address = bus(server).address;
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** A client with the name {@code client-of-} and the name of its server. */
    BusClient<Note, Note> clientOf(String server, Object... more) throws Exception {
        String name = "client-of-" + server;
        configure(CLIENT, concat(ofNotes(name, "host", "127.0.0.1", "port", port(server)), more));
        return service(BusClient.class, name);
    }

    @SuppressWarnings("unchecked")
    <S, T extends S> T service(Class<S> type, String name) throws Exception {
        String filter = "(slimta.bus.name=" + name + ")";
        Await.until(
                "a " + type.getSimpleName() + " " + name,
                () -> !references(type, filter).isEmpty());
        return (T) context.getService(references(type, filter).iterator().next());
    }

    <S> Collection<ServiceReference<S>> references(Class<S> type, String filter) throws Exception {
        return context.getServiceReferences(type, filter);
    }

    boolean isReady(String name) throws Exception {
        return !references(Condition.class, "(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=" + name + "))")
                .isEmpty();
    }

    boolean isWaitingFor(String name, String message) {
        BusDTO bus = bus(name);
        return bus != null && bus.waitingFor != null && bus.waitingFor.contains(message);
    }

    /** Whether the bus of a configuration waits, with a message that contains a text. */
    boolean waitsBecause(Configuration configuration, String message) {
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .anyMatch(bus -> configuration.getPid().equals(bus.pid)
                        && bus.waitingFor != null
                        && bus.waitingFor.contains(message));
    }

    /** Waits until something of a kind is rejected. */
    RejectedDTO rejected(String kind) {
        Await.until("a rejected " + kind, () -> find(kind) != null);
        return find(kind);
    }

    /** What is rejected of a kind, or null if nothing is. */
    RejectedDTO find(String kind) {
        return Arrays.stream(runtime.getRuntimeDTO().rejected)
                .filter(rejected -> rejected.kind.equals(kind))
                .findFirst()
                .orElse(null);
    }

    static String send(BusClient<Note, Note> client, String text) throws Exception {
        return client.sendRequest(List.of(new Note(text, null)))
                .recvResponse()
                .get(0)
                .text();
    }

    static BusException failure(BusClient<Note, Note> client) {
        return assertThrows(BusException.class, () -> send(client, "to fail"));
    }

    static void assertFails(BusClient<Note, Note> client, String text, Reason reason, String message) {
        BusException failure = assertThrows(BusException.class, () -> send(client, text));
        assertEquals(reason, failure.reason());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
