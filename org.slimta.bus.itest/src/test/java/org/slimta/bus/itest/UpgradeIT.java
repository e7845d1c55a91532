package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.slimta.bus.itest.LoadProcess.Status;

/** What the page on upgrades says, in Karaf, while a client in another JVM keeps transactions in flight. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class UpgradeIT {

    private static final String UPGRADED = "itest.upgraded.features";
    private static final String OWN = "itest.own.features.";
    private static final String TARGET = "itest.target";
    private static final String VERSION = "0.1.1";
    private static final List<String> FEATURES = List.of("slimta-bus", "slimta-bus-mail", "slimta-bus-shell");
    private static final int PORT = 4031;
    private static final int IN_FLIGHT = 16;
    private static final int ENOUGH = 200;

    private final Path etc = Path.of(System.getProperty("karaf.etc", ""));
    private final Path server = etc.resolve("org.slimta.bus.server-upgrade.cfg");
    private final Path chain = etc.resolve("org.slimta.bus.chain-upgrade.cfg");
    private BundleContext context;
    private FeaturesService features;

    @Configuration
    public static Option[] configuration() throws Exception {
        Option karaf = composite(KarafIT.configuration());
        return new Option[] {
            karaf,
            systemProperty(UPGRADED).value(uri(UpgradedFeatures.write(VERSION))),
            systemProperty(OWN + 1).value(own(1, "[0.1,0.2)")),
            systemProperty(OWN + 2).value(own(2, "[" + VERSION + ",0.2)")),
            systemProperty(TARGET).value(Path.of("target").toAbsolutePath().toString())
        };
    }

    /** A feature as a user has one, with the handler; each version requires slimta.bus as of that with which it was built. */
    private static String own(int version, String range) throws Exception {
        String handler = uri(Path.of("target/test-bundles/itest.handler-1.0.0.jar"));
        return uri(Files.writeString(
                Path.of("target/karaf/own-" + version + ".xml"), """
                <features name="itest-own-%1$d" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="itest-own" version="%1$d">
                    <feature version="%2$s">slimta-bus-mail</feature>
                    <bundle>%3$s</bundle>
                  </feature>
                </features>
                """.formatted(version, range, handler)));
    }

    private static String uri(Path path) {
        return path.toUri().toString();
    }

    @Before
    public void installFeatures() throws Exception {
        context = FrameworkUtil.getBundle(UpgradeIT.class).getBundleContext();
        features = context.getService(context.getServiceReference(FeaturesService.class));
        addRepository("itest.features");
        install(FEATURES);
        assertEquals(products().toString(), 4, products().size());
        Files.writeString(server, """
                slimta.bus.name = relay-in
                slimta.bus.request.type = mail.message
                slimta.bus.response.type = mail.reply
                port = %d
                """.formatted(PORT));
        Files.writeString(chain, """
                slimta.bus.name = relay
                from = relay-in
                minFilters = 1
                """);
    }

    @After
    public void uninstallFeatures() throws Exception {
        Files.deleteIfExists(server);
        Files.deleteIfExists(chain);
        uninstall(Stream.of(features.listRequiredFeatures())
                .filter(feature -> feature.getName().matches("slimta-bus.*|itest-own"))
                .map(Feature::getId)
                .toList());
    }

    private void addRepository(String property) throws Exception {
        features.addRepository(URI.create(System.getProperty(property)));
    }

    /** What {@code feature:install} does with these options. */
    private void install(Collection<String> names, FeaturesService.Option... options) throws Exception {
        EnumSet<FeaturesService.Option> given = EnumSet.noneOf(FeaturesService.Option.class);
        given.addAll(List.of(options));
        features.installFeatures(new HashSet<>(names), given);
    }

    private void uninstall(Collection<String> names) throws Exception {
        features.uninstallFeatures(new HashSet<>(names), EnumSet.noneOf(FeaturesService.Option.class));
    }

    /** Begins when the bus is ready: a client does not wait for a server that was never there. */
    private LoadProcess load() throws Exception {
        Await.until(
                "the bus is ready",
                () -> KarafIT.execute(context, "slimta-bus:show relay"),
                () -> KarafIT.execute(context, "slimta-bus:show relay").matches("(?s).*state +ready.*"));
        return new LoadProcess(Path.of(System.getProperty(TARGET)), PORT, IN_FLIGHT);
    }

    private static void awaitProgress(LoadProcess client) throws Exception {
        long answered = client.status().answered();
        Await.until("transactions go on", () -> "the client: " + client.status(), () -> {
            Status status = client.status();
            assertEquals(status.problems(), 0, status.failed());
            return status.answered() >= answered + ENOUGH;
        });
    }

    private static void assertNothingLost(LoadProcess client) throws Exception {
        Status status = client.finish();
        assertEquals(status.problems(), 0, status.failed());
        assertEquals("every transaction has its response", status.sent(), status.answered());
    }

    /** The products that are installed, with their versions. */
    private Set<String> products() {
        return Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.slimta.bus."))
                .map(bundle -> bundle.getSymbolicName() + "/" + bundle.getVersion() + "/" + bundle.getState())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertUpgraded() {
        assertEquals(
                Stream.of("api", "impl", "mail", "shell")
                        .map(name -> "org.slimta.bus." + name + "/" + VERSION + "/" + Bundle.ACTIVE)
                        .collect(Collectors.toCollection(TreeSet::new)),
                products());
    }

    @Test
    public void anUpgradeLosesNothingAndLeavesNoBundleOfTheVersionBefore() throws Exception {
        addRepository(OWN + 1);
        install(List.of("itest-own"));
        Bundle filter = context.installBundle(System.getProperty("itest.filter"));
        filter.start();
        try (LoadProcess client = load()) {
            awaitProgress(client);
            addRepository(UPGRADED);
            addRepository(OWN + 2);
            List<String> all = new ArrayList<>(FEATURES);
            all.add("itest-own");
            install(all, FeaturesService.Option.Upgrade);
            awaitProgress(client);
            assertNothingLost(client);
            assertUpgraded();
        } finally {
            filter.uninstall();
        }
    }

    /** With a feature of one's own the bundles would never have to go. */
    @Test
    public void whatIsInTheFolderDeployComesBackWithTheFeatures() throws Exception {
        List<Path> deployed = new ArrayList<>();
        for (String name : List.of("itest.handler", "itest.filter")) {
            Path jar = Path.of(URI.create(System.getProperty(name)));
            Path copy = Path.of(
                    System.getProperty("karaf.base"),
                    "deploy",
                    jar.getFileName().toString());
            deployed.add(Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING));
        }
        try (LoadProcess client = load()) {
            awaitProgress(client);
            uninstall(FEATURES);
            assertEquals(Set.of(), products());
            install(FEATURES);
            awaitProgress(client);
            assertNothingLost(client);
        } finally {
            for (Path copy : deployed) {
                Files.delete(copy);
            }
        }
        Await.until(
                "the bundles have gone",
                () -> Stream.of(context.getBundles())
                        .noneMatch(bundle -> bundle.getLocation().contains("/deploy/")));
    }
}
