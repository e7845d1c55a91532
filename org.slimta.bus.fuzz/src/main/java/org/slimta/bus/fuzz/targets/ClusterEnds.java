package org.slimta.bus.fuzz.targets;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.nats.impl.client.ClientSettings;
import org.slimta.bus.nats.impl.client.ClusterClient;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.server.ClusterServer;
import org.slimta.bus.nats.impl.server.ClusterServerBus;
import org.slimta.bus.nats.impl.server.ServerSettings;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server at a cluster that accepts all mail, and a well-behaved client, which must always get its responses. Both stay open. */
final class ClusterEnds {

    /** The subjects of the server. */
    static final Subjects SERVED = new Subjects("p", "served");

    /** The subjects of clients that have no server but hostile ones. */
    static final Subjects LURED = new Subjects("p", "lured");

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    final MemoryCluster cluster = new MemoryCluster();

    private final StandaloneBusFactory buses = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final BusServer<Message, Reply> server;
    private final BusClient<Message, Reply> good;
    private volatile String lured;
    private volatile String sid;
    private volatile byte[] frame;

    ClusterEnds() throws InterruptedException {
        cluster.subscribe(List.of(SERVED.news()), message -> {
            String hello = Frames.readControl(message.data()).get("hello");
            sid = hello == null ? sid : hello;
        });
        cluster.subscribe(List.of(LURED.who()), message -> {
            var from = LURED.replyAddress(message.replyTo());
            lured = from == null ? lured : from.client();
        });
        ServerOptions options = ServerOptions.builder()
                .name("tried")
                .frameTimeout(Duration.ofSeconds(2))
                .missingCodecTimeout(Duration.ofMillis(100))
                .build();
        var carried = buses.newServer("nats:served", Message.class, Reply.class, options);
        server = new ClusterServerBus<>(
                carried, new ClusterServer(cluster, new ServerSettings("served", Duration.ofSeconds(2)), "p", carried));
        server.serve(batch -> CompletableFuture.completedFuture(
                batch.requests().stream().map(mail -> MailServer.REPLY).toList()));
        cluster.await();
        good = newClient("served");
        var seen = cluster.subscribe(List.of(SERVED.server(sid)), message -> frame = message.data());
        checkGoodClient();
        seen.close();
    }

    /** The identity of the server. */
    String sid() {
        return sid;
    }

    /** The beginning of the subjects of the last client of {@link #LURED}. */
    String lured() {
        return lured;
    }

    /** A frame with a mail. */
    byte[] frame() {
        return frame;
    }

    BusClient<Message, Reply> newClient(String subject) {
        ClientOptions options = ClientOptions.builder()
                .sendTimeout(TIMEOUT)
                .responseTimeout(TIMEOUT)
                .missingCodecTimeout(Duration.ofMillis(100))
                .build();
        ClientSettings settings = new ClientSettings(
                subject, ClientSettings.DEFAULT_SILENCE_TIMEOUT, ClientSettings.DEFAULT_LOST_TIMEOUT);
        return buses.newClient(new ClusterClient(cluster, settings, "p", null), Message.class, Reply.class, options);
    }

    /** Checks that the well-behaved client still gets its responses, and that nothing was thrown where messages are received. */
    void checkGoodClient() throws InterruptedException {
        try {
            Broken.unlessSame(
                    List.of(MailServer.REPLY),
                    good.sendRequest(List.of(MailServer.mail())).recvResponse(),
                    "the responses to the well-behaved client");
        } catch (BusException e) {
            throw new IllegalStateException("the well-behaved client gets no responses", e);
        }
        cluster.await();
        Throwable failure = cluster.takeFailure();
        if (failure != null) {
            throw new IllegalStateException("a receiver has thrown something", failure);
        }
    }
}
