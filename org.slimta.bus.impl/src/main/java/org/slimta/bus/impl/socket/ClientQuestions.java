package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.exchange.ClientRecord;
import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.Negotiation;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * What one connection of a server remembers for questions of its client, and how it answers them. Source: the wire page,
 * part C. Used on the event thread of the connection, unless a method says otherwise.
 */
final class ClientQuestions<Q, R> implements ServerExchange.Memory {

    private static final FrameEncoder PROBED =
            ControlFrame.of(ControlFrames.probed()).encoder();

    private final Reception<Q, R> reception;
    private final ClientRecords<ServerExchange<Q, R>> records;
    private final ServerExchange.Connection<Q, R> connection;
    private final FrameConnection channel;
    private final Consumer<String> misused;
    private final AtomicBoolean offered = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile ClientRecord<ServerExchange<Q, R>> record;

    /**
     * Creates the questions of a new connection.
     *
     * @param reception the server
     * @param records what the server remembers
     * @param connection the connection
     * @param channel the same connection, for frames
     * @param misused ends the connection because of a fault of its client
     */
    ClientQuestions(
            Reception<Q, R> reception,
            ClientRecords<ServerExchange<Q, R>> records,
            ServerExchange.Connection<Q, R> connection,
            FrameConnection channel,
            Consumer<String> misused) {
        this.reception = reception;
        this.records = records;
        this.connection = connection;
        this.channel = channel;
        this.misused = misused;
    }

    /**
     * Requests have arrived.
     *
     * @param first whether they are the first ones on the connection
     * @param header the header of their frame
     * @param frame the frame
     * @return the requests; null if they are not processed: they only prove the connection, or come too late
     */
    ServerExchange<Q, R> accept(boolean first, FrameHeader header, Frame frame) {
        if (first) {
            onFirstRequests(header);
        }
        if (answersProbe(header)) {
            return null;
        }
        ServerExchange<Q, R> request = new ServerExchange<>(reception, connection, record, header, frame);
        return record == null || takes(request, header.negotiation()) ? request : null;
    }

    /** The first numbered requests say whether the client may ask. */
    private void onFirstRequests(FrameHeader header) {
        Negotiation negotiation = header.negotiation();
        if (negotiation.canAsk()
                && negotiation.client() != null
                && !reception.options().responseRetention().isZero()) {
            PeerIdentity identity = connection.peer().identity();
            record = records.join(negotiation.client(), identity == null ? null : identity.subject(), header.tx());
            if (!connection.isOpen()) {
                close(); // It may have been closed before it joined.
            }
        }
    }

    /** Answers requests that only prove the connection. Returns false if they are others. */
    private boolean answersProbe(FrameHeader header) {
        if (!header.negotiation().isProbe() || header.tx() == 0) {
            return false;
        }
        byte[] attributes = responseAttributes(header.tx());
        channel.send(new ControlFrame(PROBED, attributes));
        channel.flush();
        return true;
    }

    private boolean takes(ServerExchange<Q, R> request, Negotiation negotiation) {
        if (negotiation.seen() > 0) {
            record.seen(negotiation.seen());
        }
        return switch (record.arrived(request, negotiation.epoch())) {
            case TAKEN -> true;
            case TOO_LATE -> {
                tell("back", List.of(request.tx()));
                yield false;
            }
            case DUPLICATE -> {
                misused.accept("the client used the number " + request.tx() + " (tx) for two transactions");
                yield false;
            }
        };
    }

    /** Answers questions, and drops what is cancelled. */
    void onControl(Map<String, String> control) {
        ClientRecord<ServerExchange<Q, R>> client = record;
        if (client == null) {
            return;
        }
        for (long tx : ControlFrames.numbers(control.getOrDefault("cancel", ""))) {
            ServerExchange<Q, R> request = client.find(tx);
            if (request != null) {
                request.cancelByClient();
            }
        }
        String asked = control.get("ask");
        if (asked != null) {
            answer(client, asked, control.getOrDefault("epoch", ""));
        }
    }

    private void answer(ClientRecord<ServerExchange<Q, R>> client, String asked, String epochs) {
        long epoch = ControlFrames.number(epochs);
        List<Long> working = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        List<Long> forgotten = new ArrayList<>();
        List<Runnable> later = new ArrayList<>();
        for (long tx : ControlFrames.numbers(asked)) {
            switch (client.ask(tx, epoch, request -> request.askedOver(connection, epoch, later))) {
                case REPLIED -> {} // Nothing else is said.
                case WORKING -> working.add(tx);
                case UNKNOWN -> unknown.add(tx);
                case FORGOTTEN -> forgotten.add(tx);
            }
        }
        later.forEach(Runnable::run);
        tell("working", working);
        tell("unknown", unknown);
        tell("forgotten", forgotten);
        channel.flush();
    }

    private void tell(String answer, List<Long> numbers) {
        if (!numbers.isEmpty()) {
            channel.send(ControlFrame.of(ControlFrames.about(answer, numbers)));
            channel.flush();
        }
    }

    /** The first one says that the client can ask. */
    @Override
    public byte[] responseAttributes(long tx) {
        return record != null && offered.compareAndSet(false, true)
                ? RootAttributes.firstResponse(tx, records.server())
                : RootAttributes.response(tx);
    }

    /** Returns a failure that is to be sent, which says the same if it is the first response. On any thread. */
    OutboundFrame offerWith(OutboundFrame failure) {
        return record != null && offered.compareAndSet(false, true)
                ? new ControlFrame(failure.encoder(), RootAttributes.firstResponse(0, records.server()))
                : failure;
    }

    @Override
    public boolean isOffered() {
        return offered.get();
    }

    @Override
    public void kept(long bytes) {
        records.kept(record, bytes);
    }

    /** The connection is closed. */
    void close() {
        ClientRecord<ServerExchange<Q, R>> client = record;
        if (client != null && left.compareAndSet(false, true)) {
            records.leave(client);
        }
    }
}
