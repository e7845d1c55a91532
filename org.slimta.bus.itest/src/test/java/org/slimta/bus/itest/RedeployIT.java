package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.condition.Condition;
import org.slimta.bus.itest.LoadProcess.Status;

/** Every bundle is replaced, again and again, while a client in another JVM keeps 64 transactions in flight. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RedeployIT {

    private static final int IN_FLIGHT = 64;
    private static final int ENOUGH = 200;

    private BundleContext context;
    private Revisions revisions;

    @Configuration
    public static Option[] configuration() throws Exception {
        return options(
                Installed.slimtaBus(), Installed.jar(SampleBundles.handler(1)), Installed.jar(SampleBundles.filter(1)));
    }

    @Before
    public void getContext() {
        context = FrameworkUtil.getBundle(RedeployIT.class).getBundleContext();
        revisions =
                new Revisions(context, "itest.handler", "itest.filter", "org.slimta.bus.mail", "org.slimta.bus.impl");
    }

    @Test
    public void everyBundleIsReplacedUnderLoadAndNothingIsLost() throws Exception {
        int port = ConfiguredBuses.freePort();
        ConfigurationAdmin configurations = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        var server = configurations.createFactoryConfiguration("org.slimta.bus.server", "?");
        server.update(properties(Map.of(
                "slimta.bus.name", "relay-in",
                "slimta.bus.request.type", "mail.message",
                "slimta.bus.response.type", "mail.reply",
                "port", Integer.toString(port))));
        var chain = configurations.createFactoryConfiguration("org.slimta.bus.chain", "?");
        chain.update(properties(Map.of("slimta.bus.name", "relay", "from", "relay-in", "minFilters", 1)));
        awaitReady("relay");
        try (LoadProcess client = new LoadProcess(port, IN_FLIGHT)) {
            awaitProgress(client, 0);
            long files = openFiles();
            for (int revision = 2; revision <= 21; revision++) {
                replace(client, "itest.handler", SampleBundles.handler(revision), 1);
            }
            for (int revision = 2; revision <= 21; revision++) {
                replace(client, "itest.filter", SampleBundles.filter(revision), 1);
            }
            for (int i = 0; i < 20; i++) {
                replace(client, "org.slimta.bus.mail", Installed.path("org.slimta.bus.mail"), 0);
            }
            for (int i = 0; i < 5; i++) {
                replace(client, "org.slimta.bus.impl", Installed.path("org.slimta.bus.impl"), 0);
            }
            Status status = client.finish();
            assertEquals(status.problems(), 0, status.failed());
            assertEquals("every transaction has its response", status.sent(), status.answered());
            assertEquals("handlers and filters that were at work", 2 * 21, status.marks());
            assertTrue("files that are open: " + files + " before, " + openFiles() + " after", openFiles() <= files);
        }
        server.delete();
        chain.delete();
        awaitFreePort(port);
        revisions.awaitNoneLeft();
        revisions.bundle("org.slimta.bus.impl").stop();
        awaitNoThreads();
        revisions.bundle("org.slimta.bus.impl").start();
    }

    /** A bus opens after its configuration has come, on another thread. */
    private void awaitReady(String bus) {
        String filter = "(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=" + bus + "))";
        Await.until(
                bus + " is ready",
                () -> !context.getServiceReferences(Condition.class, filter).isEmpty());
    }

    private static Dictionary<String, Object> properties(Map<String, Object> properties) {
        return new Hashtable<>(properties);
    }

    /** Updates a bundle, refreshes those that are wired to it, and waits until the client sees enough new responses. */
    private void replace(LoadProcess client, String name, Path jar, int newMarks) throws Exception {
        Status before = client.status();
        revisions.replace(name, jar);
        awaitProgress(client, before.answered());
        assertEquals(
                name + " is another revision",
                before.marks() + newMarks,
                client.status().marks());
    }

    private static void awaitProgress(LoadProcess client, long answered) {
        Await.until("transactions go on", () -> "the client: " + client.status(), () -> {
            Status status = client.status();
            assertEquals(status.problems(), 0, status.failed());
            return status.answered() >= answered + ENOUGH;
        });
    }

    private static long openFiles() throws IOException {
        Path files = Path.of("/proc/self/fd");
        if (!Files.isDirectory(files)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(files)) {
            return all.count();
        }
    }

    private static void awaitFreePort(int port) {
        Await.until("port " + port + " is free", () -> {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void awaitNoThreads() {
        Await.until(
                "no threads are left",
                () -> "these are: " + threads(),
                () -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("slimta-bus") || name.contains("Grizzly"))
                .toList();
    }
}
