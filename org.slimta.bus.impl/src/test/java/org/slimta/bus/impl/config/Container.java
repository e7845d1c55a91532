package org.slimta.bus.impl.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.runtime.BusRuntimeService;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.whiteboard.Whiteboard;

/**
 * An OSGi framework with the parts of the provider, assembled as by Declarative Services, in which buses can be
 * configured.
 */
final class Container {

    static final String TYPE = "text";

    private final Path storage;
    private final Framework framework;
    final Whiteboard whiteboard;
    private final Map<String, ConfiguredBus<?>> buses = new HashMap<>();
    final ProviderResources resources = new ProviderResources();
    final CodecRegistry codecs = new CodecRegistry();
    final Rejections rejections = new Rejections();
    final BusDirectory directory = new BusDirectory();
    final ConfigContext context;
    final BusRuntime runtime;
    private int pids;

    Container() throws Exception {
        storage = Files.createTempDirectory("framework");
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        codecs.add(new CodecRegistry.Rank(0, 1), TYPE, new TextCodec());
        whiteboard = new Whiteboard(bundleContext(), rejections);
        context = new ConfigContext(bundleContext(), resources, codecs, whiteboard, directory, rejections);
        runtime = new BusRuntimeService(resources, codecs, whiteboard, rejections);
    }

    BundleContext bundleContext() {
        return framework.getBundleContext();
    }

    static Map<String, Object> properties(Object... pairs) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    private Map<String, Object> withPid(String pid, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Constants.SERVICE_PID, pid);
        return all;
    }

    private static Map<String, Object> ofText(String name, Object... more) {
        Map<String, Object> all = properties(more);
        all.put(BusConstants.BUS_NAME, name);
        all.putIfAbsent(BusConstants.REQUEST_TYPE, TYPE);
        all.putIfAbsent(BusConstants.RESPONSE_TYPE, TYPE);
        return all;
    }

    /** {@return the PID of a new bus, which is activated as by Declarative Services} */
    private String activate(String kind, Map<String, Object> properties) {
        String pid = kind + "~" + ++pids;
        Map<String, Object> all = withPid(pid, properties);
        ConfiguredBus<?> bus = switch (kind) {
            case "server" -> new ConfiguredServer(context, all);
            case "client" -> new ConfiguredClient(context, all);
            case "local" -> new ConfiguredLocal(context, all);
            case "chain" -> new ConfiguredChain(context, all);
            default -> new ConfiguredProxy(context, all);
        };
        buses.put(pid, bus);
        return pid;
    }

    String server(String name, Object... more) {
        Map<String, Object> all = ofText(name, more);
        all.putIfAbsent("port", 0);
        return activate("server", all);
    }

    String client(String name, Object... more) {
        return activate("client", ofText(name, more));
    }

    String local(String name, Object... more) {
        Map<String, Object> all = properties(more);
        all.put(BusConstants.BUS_NAME, name);
        return activate("local", all);
    }

    String chain(String name, String from, Object... more) {
        Map<String, Object> all = properties(more);
        all.put(BusConstants.BUS_NAME, name);
        all.put("from", from);
        return activate("chain", all);
    }

    String proxy(String name, String from, String to, Object... more) {
        Map<String, Object> all = properties(more);
        all.put(BusConstants.BUS_NAME, name);
        all.put("from", from);
        all.put("to", to);
        return activate("proxy", all);
    }

    /** Changes the configuration of a bus on a socket. */
    void modify(String pid, String name, Object... more) {
        Map<String, Object> all = ofText(name, more);
        all.putIfAbsent("port", 0);
        buses.get(pid).configure(withPid(pid, all));
    }

    /** Deletes the configuration of a bus. */
    void delete(String pid) {
        buses.remove(pid).deactivate();
    }

    /** Installs and starts a bundle with its own copies of these classes. */
    Bundle install(String name, Class<?>... classes) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name(Constants.BUNDLE_MANIFESTVERSION), "2");
        manifest.getMainAttributes().put(new Attributes.Name(Constants.BUNDLE_SYMBOLICNAME), name);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar, manifest)) {
            for (Class<?> each : classes) {
                String file = each.getName().replace('.', '/') + ".class";
                out.putNextEntry(new ZipEntry(file));
                try (InputStream in = each.getClassLoader().getResourceAsStream(file)) {
                    in.transferTo(out);
                }
            }
        }
        Bundle bundle = bundleContext().installBundle(name, new ByteArrayInputStream(jar.toByteArray()));
        bundle.start();
        return bundle;
    }

    ServiceRegistration<?> handler(RequestHandler<String, String> handler, String bus) {
        return handler(bundleContext(), handler, bus);
    }

    static ServiceRegistration<?> handler(BundleContext owner, RequestHandler<String, String> handler, String bus) {
        return register(owner, RequestHandler.class, handler, "(slimta.bus.name=" + bus + ")");
    }

    ServiceRegistration<?> filter(BusFilter<String, String> filter, String bus) {
        return register(bundleContext(), BusFilter.class, filter, "(slimta.bus.name=" + bus + ")");
    }

    static ServiceRegistration<?> register(BundleContext owner, Class<?> type, Object service, String target) {
        return owner.registerService(
                type.getName(), service, new Hashtable<>(Map.of(BusConstants.WHITEBOARD_TARGET, target)));
    }

    BusDTO bus(String name) {
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> name.equals(bus.name))
                .findFirst()
                .orElse(null);
    }

    RejectedDTO rejected(String kind) {
        return Arrays.stream(runtime.getRuntimeDTO().rejected)
                .filter(rejected -> rejected.kind.equals(kind))
                .findFirst()
                .orElse(null);
    }

    /** {@return the port of a server} Waits until it listens. */
    int port(String server) throws Exception {
        await(server + " listens", () -> !references(BusServer.class, server).isEmpty());
        ServiceReference<?> reference =
                references(BusServer.class, server).iterator().next();
        String address = (String) reference.getProperty(BusConstants.BUS_ADDRESS);
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    <S> Collection<ServiceReference<S>> references(Class<S> type, String bus) throws Exception {
        return bundleContext().getServiceReferences(type, "(slimta.bus.name=" + bus + ")");
    }

    @SuppressWarnings("unchecked")
    <S, T extends S> T service(Class<S> type, String bus) throws Exception {
        await(
                "a " + type.getSimpleName() + " " + bus,
                () -> !references(type, bus).isEmpty());
        return (T) bundleContext().getService(references(type, bus).iterator().next());
    }

    /** {@return a configured client of a configured server} */
    <T> BusClient<T, T> clientOf(String server, Object... more) throws Exception {
        List<Object> all = new ArrayList<>(List.of("host", "127.0.0.1", "port", port(server)));
        all.addAll(Arrays.asList(more));
        client("client-of-" + server, all.toArray());
        return service(BusClient.class, "client-of-" + server);
    }

    static String ask(BusClient<String, String> client, String text) throws Exception {
        return client.sendRequest(List.of(text)).recvResponse().get(0);
    }

    static void await(String what, Callable<Boolean> condition) {
        Await.until(what, condition);
    }

    void close() throws Exception {
        List.copyOf(buses.keySet()).forEach(this::delete);
        context.close();
        whiteboard.close();
        resources.close();
        framework.stop();
        framework.waitForStop(20_000);
        try (Stream<Path> files = Files.walk(storage)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(storage.toString(), e);
        }
    }
}
