package org.slimta.bus.bench.contestant;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.standalone.StandaloneBusFactory;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;

/** The bus itself. */
final class SlimtaBus implements Contestant {

    static final String NAME = "bus";

    static final String OBSERVED = NAME + "-observed";

    private static final int SERVER_THREADS = Integer.getInteger("bench.serverThreads", 1);
    private static final Duration LONG_TIMEOUT = Duration.ofHours(1);

    /** More than any work opens: limits are not to be measured here. */
    private static final int MAX_CONNECTIONS = 20_000;

    private final String name;
    private final String about;
    private final Set<Ability> abilities;
    private final ClientOptions.Builder options;
    private final boolean tls;
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());

    private SlimtaBus(String name, String about, Set<Ability> abilities, ClientOptions.Builder options, boolean tls) {
        this.tls = tls;
        this.name = name;
        this.about = about;
        this.abilities = abilities;
        this.options = options.maxInFlight(1024).idleTimeout(LONG_TIMEOUT);
        if (tls) {
            options.tls(Certificate.get().client());
        }
    }

    static SlimtaBus keepingConnections() {
        return new SlimtaBus(
                NAME,
                "this project, connections kept as by default, " + SERVER_THREADS
                        + " thread(s) that receive and answer; a"
                        + " mail and its reply as objects, through codecs and XML",
                Set.of(Ability.values()),
                ClientOptions.builder(),
                false);
    }

    static SlimtaBus observed() {
        SlimtaBus bus = new SlimtaBus(
                OBSERVED,
                "this project with an observer at both ends, which counts the events of each transaction",
                Set.of(Ability.CALL_BACKS, Ability.CALLERS, Ability.BULK, Ability.BATCH),
                ClientOptions.builder(),
                false);
        bus.factory.addObserver(start -> new CountedEvents());
        return bus;
    }

    /** What becomes of one transaction, counted. */
    private static final class CountedEvents implements TransactionObservation {

        private static final LongAdder SENT = new LongAdder();
        private static final LongAdder ENDED = new LongAdder();

        @Override
        public void sent() {
            SENT.increment();
        }

        @Override
        public void ended(TransactionEnd end) {
            ENDED.increment();
        }
    }

    static SlimtaBus keepingSecureConnections() {
        return new SlimtaBus(
                NAME + "-tls",
                "this project with TLS 1.3, connections kept as by default",
                Set.of(Ability.CALL_BACKS, Ability.CALLERS, Ability.BULK, Ability.BATCH, Ability.IDLE),
                ClientOptions.builder(),
                true);
    }

    static SlimtaBus connectingSecurelyAlways() {
        return new SlimtaBus(
                "bus-a-tls",
                "this project with TLS 1.3 and poolSize 0, a connection for each transaction",
                Set.of(Ability.CALLERS, Ability.CONNECT),
                ClientOptions.builder().poolSize(0),
                true);
    }

    static SlimtaBus connectingAlways() {
        return new SlimtaBus(
                "bus-a",
                "this project with poolSize 0, a connection for each transaction",
                Set.of(Ability.CALLERS, Ability.CONNECT),
                ClientOptions.builder().poolSize(0),
                false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String about() {
        return about;
    }

    @Override
    public Set<Ability> abilities() {
        return abilities;
    }

    @Override
    public Server serve() throws BusException {
        BusServer<Message, Reply> server = factory.newServer(
                HOST,
                0,
                Message.class,
                Reply.class,
                ServerOptions.builder()
                        .maxConnections(MAX_CONNECTIONS)
                        .maxConnectionsPerAddress(MAX_CONNECTIONS)
                        .frameTimeout(LONG_TIMEOUT)
                        .idleTimeout(LONG_TIMEOUT)
                        .tls(tls ? Certificate.get().server() : null)
                        .build());
        MailServing.start(server, SERVER_THREADS);
        return () -> server.address().getPort();
    }

    @Override
    public Client connect(int port) throws BusException {
        return new Sender(port, options.build());
    }

    @Override
    public Client open() {
        LocalBus<Message, Reply> bus = factory.newLocal();
        MailServing.start(bus.server(), 1);
        return payload -> new MailExchange(bus.client(), payload);
    }

    private final class Sender implements Client {

        private final int port;
        private final BusClient<Message, Reply> client;

        Sender(int port, ClientOptions options) throws BusException {
            this.port = port;
            client = factory.newClient(HOST, port, Message.class, Reply.class, options);
        }

        @Override
        public Exchange exchange(Payload payload) {
            return new MailExchange(client, payload);
        }

        @Override
        public Client another() throws BusException {
            ClientOptions own = options.build();
            if (own.poolSize() == 0) {
                return new Sender(port, own);
            }
            return new Sender(
                    port,
                    ClientOptions.builder()
                            .tls(own.tls())
                            .poolSize(1)
                            .maxInFlight(own.maxInFlight())
                            .idleTimeout(LONG_TIMEOUT)
                            .build());
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
