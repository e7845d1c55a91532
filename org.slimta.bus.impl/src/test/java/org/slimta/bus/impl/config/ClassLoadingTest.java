package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.codecs.CodecRegistry;

/**
 * The classes of a handler are loaded to find out whether it knows the types of its bus. That may take long, and
 * nothing else waits for it.
 */
@Timeout(60)
class ClassLoadingTest {

    private static final class NoteCodec implements XmlCodec<Note> {

        @Override
        public Class<Note> type() {
            return Note.class;
        }

        @Override
        public void toXml(Note value, XmlWriter xml, Attachments attachments) {
            xml.element("note", value.text());
        }

        @Override
        public Note fromXml(XmlElement element, Attachments attachments) {
            return new Note(element.text());
        }
    }

    private static final RequestHandler<Note, Note> ECHO =
            received -> CompletableFuture.completedFuture(List.copyOf(received.requests()));

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.codecs.add(new CodecRegistry.Rank(0, 2), "note", new NoteCodec());
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private final CountDownLatch loading = new CountDownLatch(1);
    private final CountDownLatch mayContinue = new CountDownLatch(1);

    /** Registers a handler for a bus of notes; its thread is blocked while its class of notes is loaded. */
    private CompletableFuture<?> loadSlowly() throws Exception {
        WeavingHook slow = woven -> {
            if (woven.getClassName().equals(Note.class.getName())) {
                loading.countDown();
                try {
                    mayContinue.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        container.bundleContext().registerService(WeavingHook.class, slow, null);
        container.server("notes", BusConstants.REQUEST_TYPE, "note", BusConstants.RESPONSE_TYPE, "note");
        container.port("notes");
        Bundle bundle = container.install("has.notes", Note.class);
        CompletableFuture<?> registering = CompletableFuture.supplyAsync(() ->
                Container.register(bundle.getBundleContext(), RequestHandler.class, ECHO, "(slimta.bus.name=notes)"));
        assertTrue(loading.await(20, TimeUnit.SECONDS));
        return registering;
    }

    @Test
    void aHandlerOfHigherRankIsUsedMeanwhile() throws Exception {
        CompletableFuture<?> registering = loadSlowly();
        try {
            BusClient<Note, Note> client =
                    container.clientOf("notes", BusConstants.REQUEST_TYPE, "note", BusConstants.RESPONSE_TYPE, "note");
            ServiceRegistration<?> better = CompletableFuture.<ServiceRegistration<?>>supplyAsync(() -> container
                            .bundleContext()
                            .registerService(
                                    RequestHandler.class.getName(),
                                    ECHO,
                                    new Hashtable<>(Map.of(
                                            BusConstants.WHITEBOARD_TARGET,
                                            "(slimta.bus.name=notes)",
                                            Constants.SERVICE_RANKING,
                                            1))))
                    .get(20, TimeUnit.SECONDS);
            assertEquals(
                    List.of(new Note("x")),
                    client.sendRequest(List.of(new Note("x"))).recvResponse());
            Container.await(
                    "the new handler is reported",
                    () -> container.bus("notes").handler
                            == (Long) better.getReference().getProperty(Constants.SERVICE_ID));
        } finally {
            mayContinue.countDown();
        }
        registering.get(20, TimeUnit.SECONDS);
    }

    @Test
    void otherBusesContinueMeanwhile() throws Exception {
        CompletableFuture<?> registering = loadSlowly();
        try {
            for (int i = 0; i < 8; i++) {
                String name = "texts" + i;
                container.local(name);
                BusClient<String, String> client = container.service(BusClient.class, name);
                RequestHandler<String, String> answering = received -> CompletableFuture.completedFuture(List.of("re"));
                ServiceRegistration<?> handler = CompletableFuture.<ServiceRegistration<?>>supplyAsync(
                                () -> container.handler(answering, name))
                        .get(20, TimeUnit.SECONDS);
                assertEquals("re", Container.ask(client, "x"));
                CompletableFuture.runAsync(handler::unregister).get(20, TimeUnit.SECONDS);
            }
        } finally {
            mayContinue.countDown();
        }
        registering.get(20, TimeUnit.SECONDS);
    }
}
