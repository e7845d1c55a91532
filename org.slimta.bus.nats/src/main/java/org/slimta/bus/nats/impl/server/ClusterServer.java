package org.slimta.bus.nats.impl.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.FrameMessage;
import org.slimta.bus.nats.impl.protocol.Identities;
import org.slimta.bus.nats.impl.protocol.ReplyAddress;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.CarrierLog;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.RememberedClient.Answer;
import org.slimta.bus.spi.RequestSource;
import org.slimta.bus.spi.ServerCarrier;

/**
 * A server over a cluster. It tells that it is there, and how many requests it can take. Clients send requests to its own subject, and
 * may ask what became of them. Source: the wire page, part D. Thread-safe.
 */
public final class ClusterServer implements ServerCarrier.Open {

    private static final CarrierLog LOG = new CarrierLog(LoggerFactory.getLogger(ClusterServer.class));

    private static final Duration TICK = Duration.ofMillis(50);
    private static final long WORKING_INTERVAL_NANOS = Duration.ofMillis(500).toNanos();
    private static final long WORKING_AGE_NANOS = Duration.ofMillis(400).toNanos();
    private static final long CLIENT_NANOS = Duration.ofHours(1).toNanos();

    private final Cluster cluster;
    private final ServerSettings settings;
    private final CarriedServer<?, ?> server;
    private final Subjects subjects;
    private final String sid = Identities.next();
    private final Map<String, ClientPeer> clients = new ConcurrentHashMap<>();
    private final AtomicLong givenBack = new AtomicLong();
    private final List<Cluster.Ending> endings = new ArrayList<>(); // Written by the constructor.
    private volatile boolean leaving;
    private volatile boolean toldFull; // Whether some client has heard that there is no room.
    private long toldPresence; // This and the next are for the tick alone.
    private long toldWorking;

    /**
     * Opens a server. Does not wait for a node.
     *
     * @param cluster the cluster; not closed with the server
     * @param settings the settings
     * @param prefix what the subjects of all buses begin with
     * @param server takes the requests
     */
    public ClusterServer(Cluster cluster, ServerSettings settings, String prefix, CarriedServer<?, ?> server) {
        this.cluster = cluster;
        this.settings = settings;
        this.server = server;
        this.subjects = new Subjects(prefix, settings.subject());
        this.toldPresence = cluster.now();
        this.toldWorking = cluster.now();
        endings.add(cluster.subscribe(List.of(subjects.server(sid)), this::onMessage));
        endings.add(cluster.subscribe(List.of(subjects.who()), this::onWho));
        endings.add(cluster.addListener(this::onLink));
        endings.add(cluster.every(TICK, this::tick));
        tellPresence();
    }

    private byte[] presence() {
        Link link = cluster.link();
        return Frames.control(
                Words.HELLO, sid, Words.ROOM, String.valueOf(server.room()), Words.NODE, String.valueOf(link.node()));
    }

    private void tellPresence() {
        if (!leaving) {
            toldFull = server.room() == 0;
            cluster.publish(subjects.news(), null, presence());
        }
    }

    private void onLink(String error) {
        if (error == null && cluster.link().isUp()) {
            tellPresence();
        }
    }

    private void onWho(Message message) {
        ReplyAddress from = subjects.replyAddress(message.replyTo());
        if (from != null && !leaving) {
            cluster.publish(Subjects.control(from.client(), sid), null, presence());
        }
    }

    private void tick() {
        long now = cluster.now();
        if (now - toldPresence >= settings.presenceInterval().toNanos() || (toldFull && server.room() > 0)) {
            toldPresence = now;
            tellPresence();
        }
        if (now - toldWorking >= WORKING_INTERVAL_NANOS) {
            toldWorking = now;
            clients.values()
                    .forEach(client -> tell(
                            client,
                            Words.about(Words.WORKING, client.remembered().unanswered(WORKING_AGE_NANOS))));
            clients.forEach((cid, client) -> {
                if (now - client.heardAt() > CLIENT_NANOS) {
                    forget(cid, client);
                }
            });
        }
    }

    private void forget(String cid, ClientPeer client) {
        if (clients.remove(cid, client)) {
            client.remembered().left();
        }
    }

    private void tell(ClientPeer client, List<byte[]> messages) {
        for (byte[] message : messages) {
            cluster.publish(Subjects.control(client.subjects(), sid), null, message);
        }
    }

    /** A message to this server. */
    private void onMessage(Message message) {
        ReplyAddress from = subjects.replyAddress(message.replyTo());
        if (from == null) {
            LOG.warn(server + ": a message without the address of a client was ignored; who sends to "
                    + subjects.server(sid) + "?");
            return;
        }
        long number = from.number();
        ClientPeer client = client(from);
        if (client == null) {
            if (number > 0) {
                giveBack(from.client(), number);
            }
        } else if (number > 0) {
            onRequest(client, number, message);
        } else {
            onControl(client, from.cid(), Frames.readControl(message.data()));
        }
    }

    private ClientPeer client(ReplyAddress from) {
        ClientPeer client = clients.computeIfAbsent(from.cid(), cid -> {
            var remembered = server.client(cid, from.user());
            return remembered == null ? null : new ClientPeer(from, remembered);
        });
        if (client == null || !client.subjects().equals(from.client())) {
            return null; // There are too many, or it is another user than the one that the identity belongs to.
        }
        client.heard(cluster.now());
        return client;
    }

    private void onRequest(ClientPeer client, long number, Message message) {
        Source source = new Source(client, number, message.replyTo());
        FrameReceiver receiver = client.remembered().newRequest(source);
        if (!receiver.receive(ByteBuffer.wrap(message.data()))) {
            receiver.close();
            source.rejected(new BusException(Reason.MALFORMED, "the frame is not complete"));
        }
    }

    private void onControl(ClientPeer client, String cid, Map<String, String> control) {
        for (long number : Frames.numbers(control.get(Words.CANCEL))) {
            client.remembered().cancel(number);
        }
        if (control.containsKey(Words.BYE)) {
            forget(cid, client);
        }
        long epoch = Subjects.number(control.getOrDefault(Words.EPOCH, ""));
        if (epoch > 0) {
            answer(client, Frames.numbers(control.get(Words.ASK)), epoch);
        }
    }

    private void answer(ClientPeer client, List<Long> numbers, long epoch) {
        List<Long> working = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        List<Long> forgotten = new ArrayList<>();
        for (long number : numbers) {
            Answer answer = client.remembered().ask(number, epoch);
            switch (answer) {
                case REPLIED -> {} // Nothing else is said.
                case WORKING -> working.add(number);
                case UNKNOWN -> unknown.add(number);
                case FORGOTTEN -> forgotten.add(number);
            }
        }
        tell(client, Words.about(Words.WORKING, working));
        tell(client, Words.about(Words.UNKNOWN, unknown));
        tell(client, Words.about(Words.FORGOTTEN, forgotten));
    }

    private void giveBack(String client, long number) {
        givenBack.incrementAndGet();
        toldFull = true;
        Words.about(Words.BACK, List.of(number))
                .forEach(message -> cluster.publish(Subjects.control(client, sid), null, message));
    }

    private final class Source implements RequestSource {

        private final ClientPeer client;
        private final long number;
        private final String replyTo;

        Source(ClientPeer client, long number, String replyTo) {
            this.client = client;
            this.number = number;
            this.replyTo = replyTo;
        }

        @Override
        public Peer peer() {
            return client;
        }

        @Override
        public void reply(FrameBytes reply) {
            if (reply.size() > cluster.maxPayload()) {
                reply.close();
                rejected(new BusException(
                        Reason.TOO_LARGE,
                        "the responses have " + reply.size() + " bytes; a message of the cluster has at most "
                                + cluster.maxPayload() + " (max_payload)"));
            } else if (reply.mayBlock()) {
                cluster.blocking().execute(() -> publish(reply));
            } else {
                publish(reply);
            }
        }

        private void publish(FrameBytes reply) {
            try {
                publish(FrameMessage.read(reply));
            } catch (IOException e) {
                // Another reply has been sent.
            }
        }

        /** If it is not sent the client asks for it. */
        private void publish(byte[] reply) {
            int room = leaving ? 0 : server.room();
            toldFull |= room == 0;
            cluster.publish(replyTo + "." + room, null, reply);
        }

        @Override
        public void rejected(BusException failure) {
            publish(Frames.failure(number, failure));
        }

        @Override
        public void giveBack() {
            ClusterServer.this.giveBack(client.subjects(), number);
        }
    }

    @Override
    public void report(BusDTO bus) {
        Link link = cluster.link();
        bus.node = link.node();
        bus.reconnects = link.losses();
        bus.givenBack = givenBack.get();
        bus.peers = clients.size();
    }

    @Override
    public void stop() {
        leaving = true;
        cluster.publish(subjects.news(), null, Frames.control(Words.BYE, sid));
    }

    @Override
    public void close() {
        endings.forEach(Cluster.Ending::close);
        clients.forEach(this::forget);
    }
}
