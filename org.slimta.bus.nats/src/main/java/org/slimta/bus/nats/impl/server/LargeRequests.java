package org.slimta.bus.nats.impl.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.ReplyAddress;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.transfer.IncomingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.FrameReceiver;

/** The large frames of a server: requests that arrive in chunks, and replies that leave in chunks. Thread-safe. */
final class LargeRequests implements AutoCloseable {

    /** A reply of which the client wants nothing for this long is not sent any more. If the client asks, it begins again. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final ServerContext context;
    private Cluster.Ending chunks; // Guarded by this. Null before the first large request.

    LargeRequests(ServerContext context) {
        this.context = context;
    }

    /** A large request is offered. It may be sent as soon as its chunks would reach this server. */
    void onOffer(ReplyAddress from, Map<String, String> control) {
        subscribeChunks();
        long number = from.numberOfOffer();
        ClientPeer client = context.client(from);
        long size = Words.number(control, Words.SIZE);
        if (client == null || size <= 0) {
            context.giveBack(from.client(), number);
            return;
        }
        IncomingTransfer transfer = client.arriving().get(number);
        if (transfer == null) {
            transfer = begin(client, number, size, Math.max(0, Words.number(control, Words.EPOCH)));
        }
        if (transfer != null && context.cluster().forLargeFrames().link().isUp()) {
            transfer.tell(); // Otherwise when it is offered again.
        }
    }

    private IncomingTransfer begin(ClientPeer client, long number, long size, long epoch) {
        if (context.roomToTell() == 0 || size > context.server().memoryRoom()) {
            context.giveBack(client.subjects(), number);
            return null;
        }
        Replies replies = new Replies(context, client, number);
        FrameReceiver receiver = client.remembered().newRequest(replies, number, epoch);
        if (receiver == null) {
            return null; // It has arrived, or was given back.
        }
        IncomingTransfer transfer = new IncomingTransfer(
                receiver,
                size,
                (got, upTo) -> context.tell(client, List.of(Words.credit(number, got, upTo))),
                () -> replies.rejected(new BusException(Reason.MALFORMED, "the frame is not complete")),
                context.cluster()::now);
        client.arriving().put(number, transfer);
        return transfer;
    }

    private synchronized void subscribeChunks() {
        if (chunks == null) {
            chunks = context.cluster()
                    .forLargeFrames()
                    .subscribe(List.of(context.subjects().chunks(context.sid(), "*")), this::onChunk);
        }
    }

    private void onChunk(Message message) {
        ReplyAddress from = context.subjects().replyAddress(message.replyTo());
        ClientPeer client = from == null ? null : context.clients().get(from.cid());
        if (client == null || !client.subjects().equals(from.client())) {
            return;
        }
        client.heard(context.cluster().now());
        long number = from.numberOfChunk();
        IncomingTransfer transfer = client.arriving().get(number);
        long offset =
                Subjects.number(message.subject().substring(message.subject().lastIndexOf('.') + 1));
        if (transfer != null && offset >= 0 && transfer.receive(offset, message.data())) {
            client.arriving().remove(number, transfer);
        }
    }

    /** A client tells how much of a large reply it has. */
    void onCredit(ClientPeer client, Map<String, String> control) {
        long number = Words.number(control, Words.CREDIT);
        OutgoingTransfer transfer = client.leaving().get(number);
        if (transfer != null) {
            transfer.credit(Words.number(control, Words.GOT), Words.number(control, Words.UP_TO));
            if (transfer.hasArrived()) {
                context.endReply(client, number);
            }
        }
    }

    /** A client asks about a request. Returns whether it is arriving, or its reply is being sent; then the client is told so. */
    boolean isMoving(ClientPeer client, long number) {
        OutgoingTransfer reply = client.leaving().get(number);
        if (reply != null) {
            reply.offerAgain();
            return true;
        }
        IncomingTransfer request = client.arriving().get(number);
        if (request != null) {
            request.tell();
        }
        return request != null;
    }

    /** Sends again what has not moved, and nothing to clients that do not want it. To be called periodically. */
    void check() {
        context.outgoing().check();
        for (ClientPeer client : context.clients().values()) {
            client.leaving().forEach((number, transfer) -> {
                if (transfer.silence() > SILENCE_NANOS) {
                    context.endReply(client, number);
                }
            });
        }
    }

    @Override
    public synchronized void close() {
        if (chunks != null) {
            chunks.close();
        }
    }
}
