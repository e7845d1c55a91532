package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.itest.note.Note;

/**
 * Bundles are replaced while a configured client of the same framework keeps its connection, and is used by threads that live
 * longer than any of them: nothing of a former revision is kept by the client, the connection or the threads.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ClientRedeployIT {

    private static final String GRIZZLY = "org.glassfish.grizzly.framework";
    private static final int SENDERS = 4;
    private static final int ENOUGH = 50;

    private final List<Configuration> configurations = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;
    private BundleContext context;
    private ConfigurationAdmin admin;

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(
                Installed.slimtaBus(),
                Installed.jar(SampleBundles.handler(1)),
                Installed.jar(SampleBundles.filter(1)),
                Installed.jar(new BundleJar("itest.sender", "1.0.0")
                        .packages("org.slimta.bus.itest.sender")
                        .component("org.slimta.bus.itest.sender.Sender")
                        .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.mail")
                        .write()),
                Installed.jar(SampleBundles.note()),
                Installed.jar(SampleBundles.noteCodec(1)));
    }

    @Before
    public void getServices() {
        context = FrameworkUtil.getBundle(ClientRedeployIT.class).getBundleContext();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
    }

    @After
    public void removeAll() throws Exception {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        for (Configuration configuration : configurations) {
            configuration.delete();
        }
    }

    private void configure(String pid, Map<String, Object> properties) throws IOException {
        Configuration configuration = admin.createFactoryConfiguration(pid, "?");
        configurations.add(configuration);
        configuration.update(new Hashtable<>(properties));
    }

    private void configureEnds(String server, String client, String requestType, String responseType)
            throws IOException {
        int port = ConfiguredBuses.freePort();
        Map<String, Object> types =
                Map.of("slimta.bus.request.type", requestType, "slimta.bus.response.type", responseType, "port", port);
        Map<String, Object> ofServer = new HashMap<>(types);
        ofServer.put("slimta.bus.name", server);
        configure("org.slimta.bus.server", ofServer);
        Map<String, Object> ofClient = new HashMap<>(types);
        ofClient.put("slimta.bus.name", client);
        ofClient.put("host", "127.0.0.1");
        configure("org.slimta.bus.client", ofClient);
    }

    /** Threads that live as long as the test, and each use whatever service there is at that moment. */
    private void send(String filter, int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                while (!over) {
                    sendOnce(filter);
                }
            });
            threads.add(thread);
            thread.start();
        }
    }

    private void sendOnce(String filter) {
        try {
            ServiceReference<?>[] found = context.getServiceReferences(Callable.class.getName(), filter);
            if (found == null || !isSent(found[0])) {
                Await.pause(); // It is being replaced.
            }
        } catch (Exception e) {
            failures.add(String.valueOf(e));
        }
    }

    private boolean isSent(ServiceReference<?> reference) throws Exception {
        if (!(context.getService(reference) instanceof Callable<?> sender)) {
            return false;
        }
        try {
            sender.call();
            answered.incrementAndGet();
            return true;
        } finally {
            context.ungetService(reference);
        }
    }

    private void awaitProgress() {
        long before = answered.get();
        Await.until(
                "transactions go on",
                () -> answered.get() + " answered, failed " + failures,
                () -> answered.get() >= before + ENOUGH);
    }

    private BusDTO bus(String name) {
        BusRuntime runtime = context.getService(context.getServiceReference(BusRuntime.class));
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> name.equals(bus.name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void nothingOfAHandlerAFilterOrTheirTypesIsKept() throws Exception {
        configureEnds("relay-in", "to-relay", "mail.message", "mail.reply");
        configure("org.slimta.bus.chain", Map.of("slimta.bus.name", "relay", "from", "relay-in", "minFilters", 1));
        Revisions revisions =
                new Revisions(context, "itest.handler", "itest.filter", "itest.sender", "org.slimta.bus.mail");
        send("(itest=sender)", SENDERS);
        awaitProgress();
        failures.clear(); // A client that is there before its server is refused.
        for (int revision = 2; revision <= 21; revision++) {
            revisions.replace("itest.handler", SampleBundles.handler(revision));
            awaitProgress();
            revisions.replace("itest.filter", SampleBundles.filter(revision));
            awaitProgress();
        }
        assertEquals("what failed while handlers and filters were replaced", List.of(), List.copyOf(failures));
        long sent = bus("to-relay").answered;
        for (int i = 0; i < 20; i++) {
            revisions.replace("org.slimta.bus.mail", Installed.path("org.slimta.bus.mail"));
            awaitProgress();
        }
        assertTrue("the client was there all the time", bus("to-relay").answered > sent);
        assertTrue("it has a connection", bus("to-relay").peers > 0);
        failures.clear();
        revisions.awaitNoneLeft();
    }

    @Test
    public void nothingOfGrizzlyIsKeptByThreadsThatSendAndOpen() throws Exception {
        configureEnds("notes", "to-notes", "itest.note", "itest.note");
        RequestHandler<Note, Note> echo =
                received -> CompletableFuture.completedFuture(List.copyOf(received.requests()));
        context.registerService(
                RequestHandler.class.getName(),
                echo,
                new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=notes)")));
        context.registerService(Callable.class, this::sendNote, new Hashtable<>(Map.of("itest", "notes")));
        Revisions revisions = new Revisions(context, GRIZZLY, "org.slimta.bus.impl");
        send("(itest=notes)", SENDERS);
        awaitProgress();
        for (int i = 0; i < 5; i++) {
            revisions.refresh(GRIZZLY);
            awaitProgress();
        }
        revisions.awaitNoneLeft();
    }

    @SuppressWarnings("unchecked")
    private String sendNote() throws Exception {
        ServiceReference<?>[] found =
                context.getServiceReferences(BusClient.class.getName(), "(slimta.bus.name=to-notes)");
        Object client = found == null ? null : context.getService(found[0]);
        if (client == null) {
            Await.pause();
            throw new IllegalStateException("there is no client now");
        }
        try {
            return ((BusClient<Note, Note>) client)
                    .sendRequest(List.of(new Note("x", null)))
                    .recvResponse()
                    .get(0)
                    .text();
        } finally {
            context.ungetService(found[0]);
        }
    }
}
