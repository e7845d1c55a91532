package org.slimta.bus.nats.impl.server;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.ReplyAddress;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.CarrierLog;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.Frames;
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

    /** A client of which nothing was heard for this long is forgotten; so is then what it has sent, however late it arrives. */
    private static final long CLIENT_NANOS = Duration.ofHours(1).toNanos();

    /**
     * A server that closes gives back late requests for this long, or until its clients have acknowledged that it leaves, and nothing was
     * heard of any client for some time.
     */
    private static final Duration LINGER = Duration.ofMillis(1500);

    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration LINGER_STEP = Duration.ofMillis(10);
    private static final Duration BYE_INTERVAL = Duration.ofMillis(250);

    /** A client of which nothing was heard for this long may be dead: it is not waited for. */
    private static final Duration SILENT = Duration.ofSeconds(60);

    private final ServerSettings settings;
    private final ServerContext context;
    private final LargeRequests large;
    private final LateRequests late;
    private final List<Cluster.Ending> endings = new ArrayList<>(); // Written by the constructor.
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
        Subjects subjects = new Subjects(prefix, settings.subject());
        this.settings = settings;
        this.context = new ServerContext(cluster, server, subjects);
        this.large = new LargeRequests(context);
        this.late = new LateRequests(context);
        this.toldPresence = cluster.now();
        this.toldWorking = cluster.now();
        endings.add(cluster.subscribe(
                List.of(subjects.server(context.sid()), subjects.offers(context.sid()), subjects.who()),
                this::onMessage));
        endings.add(cluster.addListener(this::onLink));
        endings.add(cluster.every(TICK, this::tick));
        tellPresence();
    }

    private byte[] hello(int room) {
        return Frames.control(
                Words.HELLO,
                context.sid(),
                Words.ROOM,
                String.valueOf(room),
                Words.NODE,
                String.valueOf(context.cluster().link().node()));
    }

    private void tellPresence() {
        if (!context.isLeaving()) {
            int room = context.server().room();
            context.toldAll(room);
            context.cluster().publish(context.subjects().news(), null, hello(room));
        }
    }

    private void onLink(String error) {
        Link link = context.cluster().link();
        if (error == null && link.isUp()) {
            if (link.losses() > 0) {
                late.onReconnected();
            }
            tellPresence();
        }
    }

    private void onWho(ReplyAddress from) {
        if (!context.isLeaving()) {
            context.cluster()
                    .publish(Subjects.control(from.client(), context.sid()), null, hello(context.roomToTell()));
        }
    }

    private void tick() {
        late.check();
        long now = context.cluster().now();
        boolean hasRoomAgain = context.hasToldFull() && context.server().room() > 0;
        if (hasRoomAgain || now - toldPresence >= settings.presenceInterval().toNanos()) {
            toldPresence = now;
            tellPresence();
        }
        if (now - toldWorking >= WORKING_INTERVAL_NANOS) {
            toldWorking = now;
            context.clients().forEach((cid, client) -> {
                context.tell(
                        client, Words.about(Words.WORKING, client.remembered().unanswered(WORKING_AGE_NANOS)));
                if (now - client.heardAt() > CLIENT_NANOS) {
                    context.forget(cid, client);
                }
            });
        }
        large.check();
    }

    /** A message to this server, or to all. */
    private void onMessage(Message message) {
        ReplyAddress from = context.subjects().replyAddress(message.replyTo());
        if (from == null) {
            LOG.warn(context.server() + ": a message without the address of a client was ignored; who sends to "
                    + message.subject() + "?");
        } else if (message.subject().equals(context.subjects().who())) {
            onWho(from);
        } else if (from.numberOfOffer() > 0) {
            large.onOffer(from, Frames.readControl(message.data()));
        } else {
            onMessageOf(from, message);
        }
    }

    private void onMessageOf(ReplyAddress from, Message message) {
        long number = from.number();
        ClientPeer client = context.client(from);
        if (client == null) {
            if (number > 0) {
                context.giveBack(from.client(), number);
            }
        } else if (number > 0) {
            if (!late.holdsBack(client, number, message.data())) {
                onRequest(client, number, message.data());
            }
        } else {
            onControl(client, from.cid(), Frames.readControl(message.data()));
        }
    }

    private void onRequest(ClientPeer client, long number, byte[] frame) {
        Replies replies = new Replies(context, client, number);
        FrameReceiver receiver = client.remembered().newRequest(replies);
        if (!receiver.receive(ByteBuffer.wrap(frame))) {
            receiver.close();
            replies.rejected(new BusException(Reason.MALFORMED, "the frame is not complete"));
        }
    }

    private void onControl(ClientPeer client, String cid, Map<String, String> control) {
        for (long number : Frames.numbers(control.get(Words.CANCEL))) {
            context.endArrival(client, number);
            context.endReply(client, number);
            late.drop(client, number);
            client.remembered().cancel(number);
        }
        for (long number : Frames.numbers(control.get(Words.NO))) {
            if (late.release(client, number) != null) {
                client.remembered().cancel(number);
            }
        }
        for (long number : Frames.numbers(control.get(Words.YES))) {
            byte[] frame = late.release(client, number);
            if (frame != null) {
                onRequest(client, number, frame);
            }
        }
        large.onCredit(client, control);
        if (control.containsKey(Words.ACK)) {
            client.acknowledge();
        }
        if (control.containsKey(Words.BYE)) {
            context.forget(cid, client);
        }
        long epoch = Words.number(control, Words.EPOCH);
        if (epoch > 0) {
            answer(client, Frames.numbers(control.get(Words.ASK)), epoch);
        }
    }

    private void answer(ClientPeer client, List<Long> numbers, long epoch) {
        List<Long> working = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        List<Long> forgotten = new ArrayList<>();
        for (long number : numbers) {
            if (large.isMoving(client, number)) {
                continue; // The offer, or the credit, is the answer.
            }
            switch (client.remembered().ask(number, epoch)) {
                case REPLIED -> {} // The reply is the answer.
                case WORKING -> working.add(number);
                case UNKNOWN -> {
                    context.endArrival(client, number);
                    late.drop(client, number);
                    unknown.add(number);
                }
                case FORGOTTEN -> forgotten.add(number);
            }
        }
        context.tell(client, Words.about(Words.WORKING, working));
        context.tell(client, Words.about(Words.UNKNOWN, unknown));
        context.tell(client, Words.about(Words.FORGOTTEN, forgotten));
    }

    @Override
    public void report(BusDTO bus) {
        Link link = context.cluster().link();
        bus.node = link.node();
        bus.reconnects = link.losses();
        bus.givenBack = context.givenBack().get();
        bus.peers = context.clients().size();
    }

    /** A request that comes after the end would be lost without anybody noticing: nodes tell it only if none of them has heard of this server. */
    private boolean mustLinger(long begun) {
        long now = context.cluster().now();
        return context.cluster().link().isUp()
                && now - begun < LINGER.toNanos()
                && (now - context.heardAt() < QUIET.toNanos()
                        || context.clients().values().stream()
                                .anyMatch(client ->
                                        !client.hasAcknowledged() && now - client.heardAt() < SILENT.toNanos()));
    }

    @Override
    public void stop() {
        context.leave();
        tellBye();
    }

    private void tellBye() {
        context.cluster().publish(context.subjects().news(), null, Frames.control(Words.BYE, context.sid()));
    }

    /** Gives back what comes late, and answers questions, until clients have heard that this server leaves. Blocks for that time. */
    @Override
    public void close() {
        long begun = context.cluster().now();
        long toldBye = begun;
        do {
            context.cluster().pause(LINGER_STEP);
            if (context.cluster().now() - toldBye >= BYE_INTERVAL.toNanos()) {
                toldBye = context.cluster().now();
                tellBye(); // It may have been lost.
            }
        } while (mustLinger(begun));
        endings.forEach(Cluster.Ending::close);
        large.close();
        context.clients().forEach(context::forget);
    }
}
