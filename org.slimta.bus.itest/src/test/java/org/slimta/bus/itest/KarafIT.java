package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.propagateSystemProperty;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.karaf.options.LogLevelOption.LogLevel;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The features, in Karaf. No type of the bus is used here: the bundle that Pax Exam makes of this class would be wired to it,
 * and refreshed when the features are uninstalled.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class KarafIT {

    private static final Path KARAF = Path.of("target/karaf");
    private static final String REPOSITORY = "itest.features";
    private static final String ROUND_TRIP = "itest.roundtrip";
    private static final String HANDLER = "itest.handler";
    private static final String FILTER = "itest.filter";
    private static final String[] FEATURES = {"slimta-bus", "slimta-bus-mail", "slimta-bus-shell"};
    private static final String DS = "scr";
    private static final long TIMEOUT = 30_000;

    private BundleContext context;
    private FeaturesService features;

    /** What changes when a bundle is updated, refreshed or stopped. */
    private record Seen(int state, long lastModified, BundleWiring wiring) {}

    @Configuration
    public static Option[] configuration() throws IOException {
        return options(
                karaf(),
                JmxAgents.option(KARAF),
                propagateSystemProperty(REPOSITORY),
                example(ROUND_TRIP, "org.slimta.bus.itest.roundtrip", "RoundTrip"),
                example(HANDLER, "org.slimta.bus.itest.handler", "Acceptor"),
                example(FILTER, "org.slimta.bus.itest.filter", "Router"));
    }

    /** Karaf as it is distributed, which finds all features in the folder that the build has filled. */
    static Option karaf() {
        return composite(
                karafDistributionConfiguration()
                        .frameworkUrl(url("apache-karaf.tar.gz"))
                        .unpackDirectory(KARAF.resolve("unpacked").toFile()),
                asKarafsScriptStartsIt(System.getProperty("itest.karaf")),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                logLevel(LogLevel.WARN),
                maven("repositories", ""),
                maven("localRepository", KARAF.resolve("local").toAbsolutePath().toString()),
                repositories(""));
    }

    private static Option example(String name, String inPackage, String component) throws IOException {
        return systemProperty(name)
                .value(new BundleJar(name, "1.0.0")
                        .packages(inPackage)
                        .component(inPackage + "." + component)
                        .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.mail")
                        .write()
                        .toUri()
                        .toString());
    }

    /** With Karaf's own look-up of XML factories, which finds those of bundles. */
    private static Option asKarafsScriptStartsIt(String version) {
        return vmOptions(
                "--add-reads=java.xml=java.logging",
                "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                "--patch-module=java.base=lib/endorsed/org.apache.karaf.specs.locator-" + version + ".jar",
                "--patch-module=java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + version + ".jar");
    }

    private static String url(String name) {
        return KARAF.resolve(name).toUri().toString();
    }

    /** Where Karaf finds bundles and features; what is given is added. */
    static Option repositories(String more) {
        return maven("defaultRepositories", defaultRepositories() + more);
    }

    static String defaultRepositories() {
        return "${karaf.home.uri}system@id=system," + url("repository") + "@id=itest@snapshots";
    }

    private static Option maven(String name, String value) {
        return editConfigurationFilePut("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn." + name, value);
    }

    @Before
    public void addRepository() throws Exception {
        context = FrameworkUtil.getBundle(KarafIT.class).getBundleContext();
        features = context.getService(context.getServiceReference(FeaturesService.class));
        features.addRepository(URI.create(System.getProperty(REPOSITORY)));
    }

    private void install(String... names) throws Exception {
        features.installFeatures(Set.of(names), EnumSet.noneOf(FeaturesService.Option.class));
    }

    /** Uninstalls what a test has installed. */
    @After
    public void uninstall() throws Exception {
        Set<String> installed = new HashSet<>();
        for (Feature feature : features.listRequiredFeatures()) {
            if (feature.getName().equals(DS) || feature.getName().startsWith("slimta-bus")) {
                installed.add(feature.getName());
            }
        }
        if (!installed.isEmpty()) {
            features.uninstallFeatures(installed, EnumSet.noneOf(FeaturesService.Option.class));
        }
    }

    private Map<Bundle, Seen> bundles() {
        Map<Bundle, Seen> seen = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            seen.put(bundle, new Seen(bundle.getState(), bundle.getLastModified(), bundle.adapt(BundleWiring.class)));
        }
        return seen;
    }

    @Test
    public void everyBundleIsActive() throws Exception {
        install(FEATURES);
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
            assertEquals(bundle.toString(), fragment ? Bundle.RESOLVED : Bundle.ACTIVE, bundle.getState());
        }
    }

    @Test
    public void theyBringWhatKarafHasNotAndRefreshNothing() throws Exception {
        install(DS);
        Map<Bundle, Seen> before = bundles();
        install(FEATURES);
        Map<Bundle, Seen> after = bundles();
        List<String> added = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (!before.containsKey(bundle)) {
                added.add(bundle.getSymbolicName());
                after.remove(bundle);
            }
        }
        assertEquals(before, after);
        Collections.sort(added);
        assertEquals(
                List.of(
                        "com.fasterxml.woodstox.woodstox-core",
                        "jakarta.activation-api",
                        "jakarta.mail-api",
                        "org.glassfish.grizzly.framework",
                        "org.osgi.service.condition",
                        "org.slimta.bus.api",
                        "org.slimta.bus.impl",
                        "org.slimta.bus.mail",
                        "org.slimta.bus.shell",
                        "stax2-api"),
                added);
    }

    @Test
    public void mailGoesOverALocalBusAndOverASocket() throws Exception {
        install(FEATURES);
        Bundle bundle = context.installBundle(System.getProperty(ROUND_TRIP));
        Filter filter = context.createFilter("(&(objectClass=" + Callable.class.getName() + ")(itest=round-trip))");
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter, null);
        tracker.open();
        try {
            bundle.start();
            Callable<?> roundTrip = (Callable<?>) tracker.waitForService(TIMEOUT);
            assertNotNull("the bus factory is a service", roundTrip);
            assertEquals(
                    List.of("Ok: local from alice@example.com", "Ok: socket from alice@example.com"), roundTrip.call());
        } finally {
            tracker.close();
            bundle.uninstall();
        }
    }

    @Test
    public void theCommandsRunInKarafsShell() throws Exception {
        install(FEATURES);
        String printed = execute("slimta-bus:codecs");
        assertTrue(printed, printed.contains("mail.message"));
    }

    @Test
    public void aCommandThatFailsIsSeenByScripts() throws Exception {
        install(FEATURES);
        SessionFactory sessions = context.getService(context.getServiceReference(SessionFactory.class));
        PrintStream print = new PrintStream(new ByteArrayOutputStream());
        try (Session session = sessions.create(InputStream.nullInputStream(), print, print)) {
            Exception failure = assertThrows(Exception.class, () -> session.execute("slimta-bus:show nope"));
            assertEquals("There is no bus 'nope'. Open buses: none.", failure.getMessage());
        }
    }

    @Test
    public void theTabKeyCompletesNamesInKarafsShell() throws Exception {
        install(FEATURES);
        SessionFactory sessions = context.getService(context.getServiceReference(SessionFactory.class));
        Command names = sessions.getRegistry().getCommand("slimta-bus", "names");
        assertNotNull("the command that completes the others is there", names);
        Path broken = Path.of(System.getProperty("karaf.etc")).resolve("org.slimta.bus.server-broken.cfg");
        try {
            Files.createFile(broken);
            writeUntilPrinted(broken, "slimta.bus.name = broken\nport = x\n", "slimta-bus:names", "broken");
            assertTrue(execute("slimta-bus:list").contains("broken "));
            String shown = execute("slimta-bus:show broken");
            assertTrue(shown, shown.contains("state          rejected"));
            assertTrue(shown, shown.contains("the setting port is x; it must be"));
        } finally {
            Files.deleteIfExists(broken);
        }
        awaitPrinted("slimta-bus:rejected", "Nothing was rejected");
    }

    @Test
    public void theHealthCheckRunsWithoutAnHttpServer() throws Exception {
        install("slimta-bus-healthcheck");
        ObjectName check = new ObjectName("org.apache.felix.healthcheck:type=HealthCheck,name=slimta.bus");
        MBeanServer mbeans = ManagementFactory.getPlatformMBeanServer();
        Await.until("the check has an MBean", () -> "There is none", () -> mbeans.isRegistered(check));
        assertEquals("OK", mbeans.getAttribute(check, "status"));
        assertEquals(
                "no HTTP server was installed",
                0,
                Stream.of(context.getBundles())
                        .filter(bundle -> bundle.getSymbolicName().contains("jetty"))
                        .count());
    }

    @Test
    public void telemetryComesWithTheApiOfOpenTelemetryAlone() throws Exception {
        install("slimta-bus-telemetry");
        Await.until(
                "its observer is a service",
                () -> context.getServiceReference("org.slimta.bus.api.TransactionObserver") != null);
        assertEquals(
                List.of("opentelemetry-api", "opentelemetry-common", "opentelemetry-context"),
                Stream.of(context.getBundles())
                        .map(Bundle::getSymbolicName)
                        .filter(name -> name.startsWith("opentelemetry"))
                        .sorted()
                        .toList());
    }

    @Test
    public void natsComesWithItsClientLibraryInside() throws Exception {
        install("slimta-bus");
        Set<Bundle> before = bundles().keySet();
        install("slimta-bus-nats");
        List<String> added = Stream.of(context.getBundles())
                .filter(bundle -> !before.contains(bundle))
                .map(Bundle::getSymbolicName)
                .toList();
        assertEquals(List.of("org.slimta.bus.nats"), added);
        Path etc = Path.of(System.getProperty("karaf.etc"));
        assertTrue(Files.exists(etc.resolve("org.slimta.bus.nats.server.cfg.sample")));
        Path client = etc.resolve("org.slimta.bus.nats.client-relay.cfg");
        String settings = "slimta.bus.name = relay\nslimta.bus.request.type = mail.message\n"
                + "slimta.bus.response.type = mail.reply\nnats = main\n";
        install("slimta-bus-shell");
        try {
            Files.createFile(client);
            writeUntilPrinted(client, settings, "slimta-bus:show relay", "no NATS connection named main is configured");
        } finally {
            Files.deleteIfExists(client);
        }
        awaitPrinted("slimta-bus:list", "There is no open bus");
    }

    private String execute(String command) throws Exception {
        return execute(context, command);
    }

    /** What a command prints, and the message if it fails. */
    static String execute(BundleContext context, String command) throws Exception {
        SessionFactory sessions = context.getService(context.getServiceReference(SessionFactory.class));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (Session session = sessions.create(InputStream.nullInputStream(), print, print)) {
            session.execute(command);
        } catch (Exception e) {
            print.println(e.getMessage()); // As the console does.
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void awaitPrinted(String command, String expected) {
        Await.until(
                command + " prints " + expected,
                () -> "It prints\n" + execute(command),
                () -> execute(command).contains(expected));
    }

    /**
     * Writes a file in etc, again if File Install overwrites it: while it hears of the change before, it saves the
     * configuration to the file if the two differ.
     */
    private void writeUntilPrinted(Path file, String text, String command, String expected) {
        Await.until(command + " prints " + expected, () -> "It prints\n" + execute(command), () -> {
            if (!Files.readString(file).contains(text)) {
                Files.writeString(file, text);
            }
            return execute(command).contains(expected);
        });
    }

    @Test
    public void filesInEtcMakeBusesAndChangeThem() throws Exception {
        Map<Bundle, Seen> before = bundles();
        install(FEATURES);
        Path etc = Path.of(System.getProperty("karaf.etc"));
        assertTrue("samples to be copied", Files.exists(etc.resolve("org.slimta.bus.server.cfg.sample")));
        Path server = etc.resolve("org.slimta.bus.server-itest.cfg");
        Path chain = etc.resolve("org.slimta.bus.chain-itest.cfg");
        Path client = etc.resolve("org.slimta.bus.client-itest.cfg.json");
        Path mail = Files.createTempFile("mail", ".eml");
        Bundle handler = context.installBundle(System.getProperty(HANDLER));
        Bundle filter = context.installBundle(System.getProperty(FILTER));
        try {
            String settings = """
                    slimta.bus.name = relay-in
                    slimta.bus.request.type = mail.message
                    slimta.bus.response.type = mail.reply
                    port = 4026
                    """;
            Files.writeString(server, settings);
            Files.writeString(chain, """
                    slimta.bus.name = relay
                    from = relay-in
                    minFilters = 1
                    """);
            Files.writeString(client, """
                    {
                      "slimta.bus.name": "to-relay",
                      "slimta.bus.request.type": "mail.message",
                      "slimta.bus.response.type": "mail.reply",
                      "host": "127.0.0.1",
                      "port": 4026
                    }
                    """);
            Files.writeString(mail, "From: alice@example.com\r\nTo: bob@example.net\r\n\r\nhello\r\n");
            awaitPrinted("slimta-bus:show relay", "0 filters match, but minFilters requires 1");
            filter.start();
            handler.start();
            awaitPrinted("slimta-bus:list", "to-relay");
            String sent = execute("slimta-bus:send to-relay " + mail);
            assertTrue(sent, sent.contains("handled by revision-1 for next.example.org, routed by revision-1"));
            writeUntilPrinted(server, settings + "queueSize = 7\n", "slimta-bus:show relay-in", "0 of 7");
            assertTrue(
                    "the socket was not closed",
                    execute("slimta-bus:show relay-in").matches("(?s).*answered +1 .*"));
            writeUntilPrinted(
                    server,
                    settings + "queueSize = lots\n",
                    "slimta-bus:rejected",
                    "the setting queueSize is lots; it must be a whole number");
            sent = execute("slimta-bus:send to-relay " + mail);
            assertTrue(sent, sent.contains("1 accepted"));
        } finally {
            for (Path file : List.of(server, chain, client, mail)) {
                Files.deleteIfExists(file);
            }
            handler.uninstall();
            filter.uninstall();
        }
        awaitPrinted("slimta-bus:list", "There is no open bus");
        uninstall();
        assertEquals(before, bundles());
    }

    /** The same figures as those of BusRuntime, which is asked by reflection: see the comment of this class. */
    @Test
    public void jolokiaAndPrometheusReadWhatBusRuntimeSays() throws Exception {
        install(FEATURES);
        Path etc = Path.of(System.getProperty("karaf.etc"));
        Path server = etc.resolve("org.slimta.bus.server-jmx.cfg");
        Path client = etc.resolve("org.slimta.bus.client-jmx.cfg");
        Path mail = Files.createTempFile("mail", ".eml");
        Bundle handler = context.installBundle(System.getProperty(HANDLER));
        String settings = """
                slimta.bus.name = %s
                slimta.bus.request.type = mail.message
                slimta.bus.response.type = mail.reply
                host = 127.0.0.1
                port = 4027
                """;
        try {
            Files.writeString(server, settings.formatted("relay"));
            Files.writeString(client, settings.formatted("to-jmx"));
            Files.writeString(mail, "From: alice@example.com\r\nTo: bob@example.net\r\n\r\nhello\r\n");
            handler.start();
            awaitPrinted("slimta-bus:show to-jmx", "ready");
            awaitPrinted("slimta-bus:show relay", "ready");
            String sent = execute("slimta-bus:send to-jmx " + mail + " " + mail + " " + mail);
            assertTrue(sent, sent.contains("3 accepted"));
            for (String[] bus : List.of(new String[] {"client", "to-jmx"}, new String[] {"server", "relay"})) {
                String mBean = "org.slimta.bus:type=" + bus[0] + ",name=" + bus[1];
                String metric = "slimta_bus_answered_total{bus=\"" + bus[1] + "\",kind=\"" + bus[0] + "\"}";
                Object answered =
                        reported(bus[1]).getClass().getField("answered").get(reported(bus[1]));
                assertEquals(3L, answered);
                Await.until(
                        mBean + " is read",
                        () -> JmxAgents.jolokia(mBean, "Answered") + " and " + JmxAgents.prometheus(metric),
                        () -> Double.valueOf(3).equals(JmxAgents.jolokia(mBean, "Answered"))
                                && Double.valueOf(3).equals(JmxAgents.prometheus(metric)));
            }
            assertEquals(Double.valueOf(0), JmxAgents.prometheus("slimta_bus_provider_rejected"));
        } finally {
            for (Path file : List.of(server, client, mail)) {
                Files.deleteIfExists(file);
            }
            handler.uninstall();
        }
        Await.until(
                "the MBean of the client has gone",
                () -> null,
                () -> JmxAgents.jolokia("org.slimta.bus:type=client,name=to-jmx", "Answered") == null);
    }

    private Object reported(String name) throws Exception {
        ServiceReference<?> reference = context.getServiceReference("org.slimta.bus.api.runtime.BusRuntime");
        Object runtime = context.getService(reference);
        Object all = reference
                .getBundle()
                .loadClass("org.slimta.bus.api.runtime.BusRuntime")
                .getMethod("getRuntimeDTO")
                .invoke(runtime);
        for (Object bus : (Object[]) all.getClass().getField("buses").get(all)) {
            if (name.equals(bus.getClass().getField("name").get(bus))) {
                return bus;
            }
        }
        throw new AssertionError("there is no bus " + name);
    }

    @Test
    public void whenTheyAreUninstalledWhatWasThereIsAsItWas() throws Exception {
        Map<Bundle, Seen> before = bundles();
        install(FEATURES);
        assertNotEquals(before, bundles());
        uninstall();
        assertEquals(before, bundles());
    }
}
