package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * Connections over the number that a server takes. Of each, the head of the first frame is read: a client that has numbered its
 * transaction is told that it was refused, any other is closed. That takes next to no memory and a short time, and there are few
 * at once; what comes beyond that is closed at once. Thread-safe.
 */
final class OverflowConnections {

    private static final int MAX_CONNECTIONS = 256;

    /** How long one may take, in all. */
    private static final Duration MAX_DURATION = Duration.ofSeconds(2);

    /** Of a frame over these limits only the beginning is read, which is enough. */
    private static final FrameLimits LIMITS =
            FrameLimits.builder().maxParts(1).maxXmlSize(1).maxPartSize(0).maxFrameSize(1).build();

    /** They do not use the memory of those that are served. */
    private static final long MEMORY_LIMIT = 16 << 20;

    private final MemoryBudget memory;
    private final AtomicInteger count = new AtomicInteger();
    private final LinkedMembers<Overflow> all = new LinkedMembers<>();

    /**
     * None yet.
     *
     * @param context what the connections of the server work with
     */
    OverflowConnections(SocketContext context) {
        memory = new MemoryBudget(
                MEMORY_LIMIT, context.threads().timer(), each -> all.forEach(one -> each.accept(one.channel.holder())));
    }

    /**
     * Takes a connection that is not encrypted, if there are few enough.
     *
     * @param connection the connection
     * @param context what the connections of the server work with now
     * @param why what its client is told
     * @return whether it was taken
     */
    boolean take(IncomingConnection connection, SocketContext context, BusException why) {
        if (count.incrementAndGet() > MAX_CONNECTIONS) {
            count.decrementAndGet();
            return false;
        }
        Overflow one = new Overflow(connection, context, why);
        all.add(one);
        one.start();
        return true;
    }

    /** How many there are now. */
    int count() {
        return count.get();
    }

    /** Closes all. */
    void close() {
        all.forEach(one -> one.channel.close());
    }

    private final class Overflow extends LinkedMembers.Member implements FrameConnection.Listener {

        private final SocketContext context;
        private final BusException why;
        private final FrameConnection channel;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicBoolean finished = new AtomicBoolean();
        private volatile boolean rejected;
        private volatile Future<?> timeout;

        Overflow(IncomingConnection connection, SocketContext context, BusException why) {
            this.context = context;
            this.why = why;
            this.channel = connection.open(
                    new ConnectionSettings(LIMITS, memory, null, null, context.threads()::execute, false), this);
        }

        void start() {
            timeout = context.threads().after(MAX_DURATION, channel::close);
            channel.start();
        }

        @Override
        public void onFrame(Frame frame) {
            reject(context.coder().readStart(frame.xml()));
        }

        @Override
        public boolean onRejectedFrame(RejectedFrameException rejected) {
            reject(rejected.start() == null ? null : context.coder().readStart(rejected.start()));
            return true;
        }

        @Override
        public void onBadFrame(BusException failure) {
            channel.close();
        }

        /** After the response it drains, so that whatever its client has sent meanwhile goes elsewhere. */
        private void reject(FrameHeader header) {
            if (header == null || header.envelope() != Envelope.REQUESTS || header.tx() == 0) {
                channel.close();
                return;
            }
            channel.incoming().ignore();
            channel.send(ControlFrame.of(ControlFrames.failure(header.tx(), why)));
            channel.send(ControlFrame.of(ControlFrames.drain()));
            channel.send(ControlFrame.of(ControlFrames.drain()));
            rejected = true;
            channel.flush();
        }

        @Override
        public void onWritten() {
            if (rejected && channel.unsentBytes() == 0 && finished.compareAndSet(false, true)) {
                channel.finish(true);
            }
        }

        @Override
        public void onClosed() {
            if (closed.compareAndSet(false, true)) {
                all.remove(this);
                count.decrementAndGet();
                timeout.cancel(false);
            }
        }
    }
}
