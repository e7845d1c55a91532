package org.slimta.bus.nats.impl.server;

import java.io.IOException;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.nats.impl.protocol.FrameMessage;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.Frames;
import org.slimta.bus.spi.RequestSource;

/** Sends the replies to one request. What is lost is asked for by the client. Thread-safe. */
final class Replies implements RequestSource {

    private final ServerContext context;
    private final ClientPeer client;
    private final long number;

    Replies(ServerContext context, ClientPeer client, long number) {
        this.context = context;
        this.client = client;
        this.number = number;
    }

    @Override
    public Peer peer() {
        return client;
    }

    @Override
    public void reply(FrameBytes reply) {
        context.endArrival(client, number); // Of a large request that has failed before it was complete.
        if (!FrameMessage.fits(reply.size(), context.cluster().maxPayload())) {
            offer(reply);
        } else if (reply.mayBlock()) {
            context.cluster().blocking().execute(() -> publish(reply));
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

    private void publish(byte[] reply) {
        context.cluster().publish(client.subjects() + number + "." + context.roomToTell(), null, reply);
    }

    private void offer(FrameBytes reply) {
        context.cluster().forLargeFrames(); // It connects meanwhile.
        OutgoingTransfer transfer = new OutgoingTransfer(
                reply, new ReplyRoute(reply.size()), context.cluster().blocking(), context.cluster()::now);
        OutgoingTransfer other = client.leaving().putIfAbsent(number, transfer);
        if (other != null) { // It is being sent already.
            reply.close();
            other.offerAgain();
            return;
        }
        context.outgoing().begin(transfer);
    }

    @Override
    public void rejected(BusException failure) {
        context.endArrival(client, number);
        publish(Frames.failure(number, failure));
    }

    @Override
    public void giveBack() {
        context.endArrival(client, number);
        context.giveBack(client.subjects(), number);
    }

    /** Sends a large reply. */
    private final class ReplyRoute implements OutgoingTransfer.Route {

        private final long size;

        ReplyRoute(long size) {
            this.size = size;
        }

        @Override
        public void offer() {
            byte[] offer = Frames.control(Words.OFFER, String.valueOf(number), Words.SIZE, String.valueOf(size));
            context.tell(client, List.of(offer));
        }

        @Override
        public boolean send(long offset, byte[] data) {
            String subject = Subjects.chunks(client.subjects(), String.valueOf(number), String.valueOf(offset));
            return context.cluster().forLargeFrames().publish(subject, null, data);
        }

        @Override
        public void failed() {
            context.endReply(client, number); // Another reply has been sent.
        }
    }
}
