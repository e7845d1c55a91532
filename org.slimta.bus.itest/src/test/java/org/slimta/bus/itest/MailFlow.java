package org.slimta.bus.itest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** A configured server with a handler, a configured client, and mails that flow between them until this is closed. */
final class MailFlow implements AutoCloseable {

    private static final Message MAIL = new Message(
            new Client("ESMTP", "mail.example.com", "192.0.2.10", "TLS", "mx.example.net"),
            new Envelope("alice@example.com", List.of("bob@example.net")),
            Contents.of("Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.UTF_8)));

    private final BundleContext context;
    private final List<Configuration> configurations = new ArrayList<>();
    private final ExecutorService sender = Executors.newSingleThreadExecutor();
    private final ServiceRegistration<?> handler;

    MailFlow(BundleContext context) throws Exception {
        this.context = context;
        RequestHandler<Message, Reply> accepting = batch -> CompletableFuture.completedFuture(
                batch.requests().stream().map(mail -> new Reply(250, "Ok")).toList());
        handler = context.registerService(
                RequestHandler.class.getName(),
                accepting,
                new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=relay)")));
        configure("org.slimta.bus.server", "relay", Map.of("host", "127.0.0.1", "port", 0));
        Await.until("the server listens", () -> address() != null && !address().endsWith(":0"));
        int port = Integer.parseInt(address().substring(address().lastIndexOf(':') + 1));
        configure("org.slimta.bus.client", "to-relay", Map.of("host", "127.0.0.1", "port", port));
        String filter = "(slimta.bus.name=to-relay)";
        Await.until(
                "there is the client",
                () -> !context.getServiceReferences(BusClient.class, filter).isEmpty());
        @SuppressWarnings("unchecked")
        BusClient<Message, Reply> client = context.getService(
                context.getServiceReferences(BusClient.class, filter).iterator().next());
        sender.execute(() -> send(client));
    }

    private String address() {
        BusRuntime runtime = context.getService(context.getServiceReference(BusRuntime.class));
        return Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> bus.name.equals("relay"))
                .map(bus -> bus.address)
                .findFirst()
                .orElse(null);
    }

    /** Configures a bus of mails; it goes when this is closed. */
    void configure(String pid, String name, Map<String, ?> settings) throws IOException {
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        Configuration configuration = admin.createFactoryConfiguration(pid, "?");
        configurations.add(configuration);
        Dictionary<String, Object> all = new Hashtable<>(settings);
        all.put("slimta.bus.name", name);
        all.put("slimta.bus.request.type", "mail.message");
        all.put("slimta.bus.response.type", "mail.reply");
        configuration.update(all);
    }

    private static void send(BusClient<Message, Reply> client) {
        try {
            while (true) {
                client.sendRequest(List.of(MAIL)).recvResponse();
                Await.pause();
            }
        } catch (BusException | InterruptedException e) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        sender.shutdownNow();
        for (Configuration configuration : configurations) {
            configuration.delete();
        }
        handler.unregister();
    }
}
