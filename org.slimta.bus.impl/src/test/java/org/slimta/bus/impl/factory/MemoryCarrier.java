package org.slimta.bus.impl.factory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;
import org.slimta.bus.spi.RequestSource;

/** A carrier inside one JVM: a queue of frames to the server, and a queue of frames back. The least that a carrier has to do. */
final class MemoryCarrier implements Carrier {

    private static final int PIECE_BYTES = 1000;

    private final CarriedServer<?, ?> server;
    private final Executor there;
    private final Executor back;

    /**
     * Makes a carrier.
     *
     * @param server where requests go
     * @param there delivers requests, one after the other
     * @param back delivers responses, one after the other
     */
    MemoryCarrier(CarriedServer<?, ?> server, Executor there, Executor back) {
        this.server = server;
        this.there = there;
        this.back = back;
    }

    @Override
    public String target() {
        return "memory:" + server.name();
    }

    @Override
    public int peerCount() {
        return server.isClosed() ? 0 : 1;
    }

    @Override
    public void send(OutboundRequest request) {
        try {
            there.execute(() -> {
                FrameBytes frame = request.begin();
                if (frame != null) {
                    deliver(frame, server.newRequest(new Source(request)));
                }
            });
        } catch (RejectedExecutionException e) {
            request.fail(Reason.CONNECT, "the queue is closed", e);
        }
    }

    private static void deliver(FrameBytes frame, FrameReceiver to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (ByteBuffer next = frame.next(); next != null; next = frame.next()) {
                byte[] copy = new byte[next.remaining()];
                next.get(copy);
                bytes.write(copy);
            }
        } catch (IOException e) {
            to.close(); // The transaction has failed.
            return;
        }
        byte[] all = bytes.toByteArray();
        for (int at = 0; at < all.length; at += PIECE_BYTES) {
            to.receive(ByteBuffer.wrap(all, at, Math.min(PIECE_BYTES, all.length - at)));
        }
    }

    @Override
    public void close() {}

    /** The client of one request. */
    private final class Source implements RequestSource, Peer {

        private final OutboundRequest request;

        Source(OutboundRequest request) {
            this.request = request;
        }

        @Override
        public Peer peer() {
            return this;
        }

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public InetSocketAddress address() {
            return null;
        }

        @Override
        public PeerIdentity identity() {
            return null;
        }

        @Override
        public boolean isGone() {
            return request.isDone();
        }

        @Override
        public void reply(FrameBytes reply) {
            back.execute(() -> deliver(reply, request.response()));
        }

        @Override
        public void giveBack() {
            request.fail(Reason.CLOSED, "the server is closed, and there is no other", null);
        }
    }
}
