package org.slimta.bus.bench.contestant;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The bus over one NATS node. */
final class SlimtaNats implements Contestant {

    static final String NAME = SlimtaBus.NAME + "-nats";

    private static final String SUBJECT = "mail";
    private static final int SERVER_THREADS = Integer.getInteger("bench.serverThreads", 1);
    private static final Duration LONG_TIMEOUT = Duration.ofHours(1);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String about() {
        return "this project over one nats-server, client and server with connections of their own, objects through codecs and"
                + " XML";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.CALL_BACKS, Ability.CALLERS, Ability.BULK, Ability.BATCH);
    }

    @Override
    public String missing() {
        return NatsNode.missing();
    }

    @Override
    public Server serve() throws Exception {
        int port = NatsNode.start();
        BusServer<Message, Reply> server = factory("server", port)
                .newServer(
                        SUBJECT,
                        Message.class,
                        Reply.class,
                        ServerOptions.builder().frameTimeout(LONG_TIMEOUT).build());
        MailServing.start(server, SERVER_THREADS);
        return () -> port;
    }

    @Override
    public Client connect(int port) {
        BusClient<Message, Reply> client = factory("client", port)
                .newClient(
                        SUBJECT,
                        Message.class,
                        Reply.class,
                        ClientOptions.builder().maxInFlight(1024).build());
        return new Client() {
            @Override
            public Exchange exchange(Payload payload) {
                return new MailExchange(client, payload);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private static NatsBusFactory factory(String name, int port) {
        return new NatsBusFactory(
                NatsOptions.builder()
                        .name(name)
                        .servers(List.of(NatsNode.url(port)))
                        .build(),
                new StandaloneBusFactory(new MessageCodec(), new ReplyCodec()));
    }
}
