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
 * Connections over {@code maxConnections}. The header of the first frame is read: if the client has numbered its
 * transaction, the reason is reported to it; otherwise the connection is closed. Each of them needs little memory and a
 * short time, and only a few exist at once; further ones are closed immediately. Thread-safe.
 */
final class OverflowConnections {

    private static final int MAX_CONNECTIONS = 256;

    /** The maximum time for one connection. */
    private static final Duration MAX_DURATION = Duration.ofSeconds(2);

    /** If a frame exceeds these limits, only its beginning is read, which is enough. */
    private static final FrameLimits LIMITS = FrameLimits.builder()
            .maxParts(1)
            .maxXmlSize(1)
            .maxPartSize(0)
            .maxFrameSize(1)
            .build();

    /** They do not use the memory of the other connections. */
    private static final long MEMORY_LIMIT_BYTES = 16 << 20;

    private final MemoryBudget memory;
    private final AtomicInteger count = new AtomicInteger();
    private final LinkedMembers<Overflow> all = new LinkedMembers<>();

    /**
     * Creates an empty set.
     *
     * @param context the collaborators of the connections of the server
     */
    OverflowConnections(SocketContext context) {
        memory = new MemoryBudget(
                MEMORY_LIMIT_BYTES,
                context.threads().timer(),
                each -> all.forEach(one -> each.accept(one.channel.holder())));
    }

    /**
     * Accepts a connection without TLS, if there are few enough.
     *
     * @param connection the connection
     * @param context the current collaborators of the connections of the server
     * @param why the failure that is reported to its client
     * @return whether it was accepted
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

    /** Returns how many there are now. */
    int count() {
        return count.get();
    }

    /** Closes all of them. */
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

        /** Drains after the response, so that the client sends elsewhere whatever it has sent meanwhile. */
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
