package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.itest.edge.Edge;
import org.slimta.bus.itest.note.Note;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** The bundles as built, in Felix, with bundles that come, are replaced and leave while buses run. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FelixIT {

    private static final int RELAY_PORT = 4025;

    private BundleContext context;
    private BundleLifecycle bundles;
    private ServiceReference<BusFactory> reference;
    private BusFactory buses;

    @Configuration
    public static Option[] configuration() throws Exception {
        return options(
                Installed.slimtaBus(),
                Installed.jar(SampleBundles.note()),
                Installed.jar(new BundleJar("itest.edge", "1.0.0")
                        .packages("org.slimta.bus.itest.edge")
                        .component("org.slimta.bus.itest.edge.Edge")
                        .header("Export-Package", "org.slimta.bus.itest.edge;version=1.0.0")
                        .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.mail")
                        .write()));
    }

    private static Path relayJar() throws Exception {
        return new BundleJar("itest.relay", "1.0.0")
                .packages("org.slimta.bus.itest.relay")
                .component("org.slimta.bus.itest.relay.Relay")
                .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.mail,org.slf4j")
                .write();
    }

    @Before
    public void getFactory() {
        context = FrameworkUtil.getBundle(FelixIT.class).getBundleContext();
        bundles = new BundleLifecycle(context);
        Await.until("the bus factory is a service", () -> context.getServiceReference(BusFactory.class) != null);
        reference = context.getServiceReference(BusFactory.class);
        buses = context.getService(reference);
    }

    @After
    public void letGoOfTheFactory() {
        context.ungetService(reference);
    }

    @Test
    public void everyBundleIsActive() {
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            assertEquals(bundle.toString(), fragment ? Bundle.RESOLVED : Bundle.ACTIVE, bundle.getState());
        }
    }

    @Test
    public void aBundleGetsItsOwnFactory() throws Exception {
        Bundle edge = bundles.find("itest.edge");
        BusFactory other =
                edge.getBundleContext().getService(edge.getBundleContext().getServiceReference(BusFactory.class));
        assertTrue(other != buses);
    }

    @Test
    public void theFactoryIsConsumedThroughDsAndMailFlows() throws Exception {
        Bundle relay = bundles.install(relayJar());
        try {
            Await.until("the relay listens", FelixIT::relayListens);
            Await.until("the edge is a service", () -> context.getServiceReference(Edge.class) != null);
            Edge edge = context.getService(context.getServiceReference(Edge.class));
            assertEquals(new Reply(250, "Ok: from alice@example.com"), edge.send(mail()));
        } finally {
            relay.uninstall();
        }
    }

    private static Message mail() {
        return new Message(
                new Client("ESMTP", "mail.example.com", "192.0.2.10", "TLS", "mx.example.net"),
                new Envelope("alice@example.com", List.of("bob@example.net")),
                Contents.of("Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    public void aConsumerThatIsStoppedLeavesItsPortFree() throws Exception {
        Bundle relay = bundles.install(relayJar());
        try {
            for (int i = 0; i < 5; i++) {
                Await.until("the relay listens", FelixIT::relayListens);
                relay.stop();
                try (ServerSocket free = new ServerSocket(RELAY_PORT, 1, InetAddress.getByName("127.0.0.1"))) {
                    assertEquals(RELAY_PORT, free.getLocalPort());
                }
                relay.start();
            }
        } finally {
            relay.uninstall();
        }
    }

    private static boolean relayListens() {
        try {
            new Socket("127.0.0.1", RELAY_PORT).close();
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void whatABundleOpenedIsClosedWhenItLetsGoOfTheFactory() throws Exception {
        BusServer<Note, Note> server = buses.newServer("127.0.0.1", 0, Note.class, Note.class);
        BusClient<Note, Note> client =
                buses.newClient("127.0.0.1", server.address().getPort(), Note.class, Note.class);
        while (context.ungetService(reference)) {
            // until this bundle holds it no more
        }
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, server::recvRequest).reason());
        assertEquals(
                Reason.CLOSED,
                assertThrows(
                                BusException.class,
                                () -> client.sendRequest(List.of()).recvResponse())
                        .reason());
        assertThrows(IllegalStateException.class, () -> buses.newLocal());
        assertThrows(
                ConnectException.class,
                () -> new Socket("127.0.0.1", server.address().getPort()).close());
    }

    @Test
    public void aCodecComesIsReplacedAndLeavesWhileASocketBusRuns() throws Exception {
        Duration missingCodecTimeout = Duration.ofSeconds(20);
        BusServer<Note, Note> server = buses.newServer(
                "127.0.0.1",
                0,
                Note.class,
                Note.class,
                ServerOptions.builder().missingCodecTimeout(missingCodecTimeout).build());
        BusClient<Note, Note> client = buses.newClient(
                "127.0.0.1",
                server.address().getPort(),
                Note.class,
                Note.class,
                ClientOptions.builder().missingCodecTimeout(missingCodecTimeout).build());
        ExecutorService threads = Executors.newFixedThreadPool(6);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Set<String> marks = ConcurrentHashMap.newKeySet();
        threads.submit(() -> echo(server));
        threads.submit(() -> echo(server));
        // The first transactions begin before there is a codec at all.
        List<Future<Object>> senders = IntStream.range(0, 4)
                .mapToObj(sender -> threads.submit(() -> {
                    for (int i = 0; !over.get(); i++) {
                        String text = "note " + sender + "." + i;
                        Note back = client.sendRequest(List.of(new Note(text, null)))
                                .recvResponse()
                                .get(0);
                        assertEquals("re: " + text, back.text());
                        marks.add(back.mark());
                        answered.incrementAndGet();
                    }
                    return null;
                }))
                .toList();
        Bundle codec = bundles.install(SampleBundles.noteCodec(1));
        try {
            awaitProgress(answered, senders);
            assertEquals(Set.of("revision-1"), marks);
            for (int revision = 2; revision <= 20; revision++) {
                BundleLifecycle.update(codec, SampleBundles.noteCodec(revision));
                String mark = "revision-" + revision;
                Await.until(mark + " is at work", () -> marks.contains(mark) || anyDone(senders));
                awaitProgress(answered, senders);
            }
            over.set(true);
            for (Future<?> sender : senders) {
                assertNull("no transaction failed", sender.get(30, TimeUnit.SECONDS));
            }
        } finally {
            over.set(true);
            codec.uninstall();
        }
        BusClient<Note, Note> impatient = buses.newClient(
                "127.0.0.1",
                server.address().getPort(),
                Note.class,
                Note.class,
                ClientOptions.builder()
                        .missingCodecTimeout(Duration.ofMillis(100))
                        .build());
        BusException failure = assertThrows(
                BusException.class,
                () -> impatient.sendRequest(List.of(new Note("none", null))).recvResponse());
        assertEquals(Reason.NO_CODEC, failure.reason());
        assertTrue(failure.getMessage(), failure.getMessage().contains("no codec for " + Note.class.getName()));
        assertTrue(failure.getMessage(), failure.getMessage().contains("of bundle itest.note 1.0.0"));
        threads.shutdownNow();
    }

    private static void awaitProgress(AtomicInteger answered, List<Future<Object>> senders) {
        int enough = answered.get() + 50;
        Await.until("transactions go on", () -> answered.get() >= enough || anyDone(senders));
    }

    private static boolean anyDone(List<Future<Object>> senders) {
        return senders.stream().anyMatch(Future::isDone);
    }

    private static Void echo(BusServer<Note, Note> server) throws Exception {
        while (true) {
            ServerTransaction<Note, Note> received = server.recvRequest();
            assertNotNull(received.peer().address());
            received.sendResponse(received.requests().stream()
                    .map(note -> new Note("re: " + note.text(), null))
                    .toList());
        }
    }
}
