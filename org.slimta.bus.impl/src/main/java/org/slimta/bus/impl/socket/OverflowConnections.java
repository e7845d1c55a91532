package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Connection;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.transaction.Registry;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.Head;
import org.slimta.bus.impl.wire.Notices;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * Connections over the number that a server takes. Of each, the head of the first frame is read: a client that has numbered its
 * transaction is told that it was refused, any other is closed. That takes next to no memory and a short time, and there are few
 * at once; what comes beyond that is closed at once. Thread-safe.
 */
final class OverflowConnections {

    private static final int MOST = 256;

    /** How long one may take, in all. */
    private static final Duration TIME = Duration.ofSeconds(2);

    /** Of a frame over these limits only the beginning is read, which is enough. */
    private static final FrameLimits LIMITS =
            FrameLimits.builder().maxParts(1).maxXmlSize(1).maxPartSize(0).maxFrameSize(1).build();

    /** They do not use the memory of those that are served. */
    private static final long MEMORY_LIMIT = 16 << 20;

    private final HeldBytes held;
    private final AtomicInteger count = new AtomicInteger();
    private final Registry<Overflow> all = new Registry<>();

    /**
     * None yet.
     *
     * @param end what the connections of the server work with
     */
    OverflowConnections(BusEnd end) {
        held = new HeldBytes(
                MEMORY_LIMIT, end.threads().timer(), each -> all.forEach(one -> each.accept(one.channel.holder())));
    }

    /**
     * Takes a connection that is not encrypted, if there are few enough.
     *
     * @param connection the connection
     * @param end what the connections of the server work with now
     * @param why what its client is told
     * @return whether it was taken
     */
    boolean take(Connection<?> connection, BusEnd end, BusException why) {
        if (count.incrementAndGet() > MOST) {
            count.decrementAndGet();
            return false;
        }
        Overflow one = new Overflow(connection, end, why);
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

    private final class Overflow extends Registry.Member implements FrameChannel.Listener {

        private final Connection<?> connection;
        private final BusEnd end;
        private final BusException why;
        private final FrameChannel channel;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicBoolean finished = new AtomicBoolean();
        private volatile boolean answered;
        private volatile Future<?> timeout;

        Overflow(Connection<?> connection, BusEnd end, BusException why) {
            this.connection = connection;
            this.end = end;
            this.why = why;
            this.channel = new FrameChannel(
                    connection, this, end.with(LIMITS, held), null, end.threads()::execute, false);
        }

        void start() {
            timeout = end.threads().after(TIME, channel::close);
            FrameFilter.attach(connection, channel);
            if (!channel.isOpen()) {
                onClosed();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            answer(end.coder().readStart(frame.xml()));
        }

        @Override
        public boolean onRejectedFrame(RejectedFrameException rejected) {
            answer(rejected.start() == null ? null : end.coder().readStart(rejected.start()));
            return true;
        }

        @Override
        public void onBadFrame(BusException failure) {
            channel.close();
        }

        /** After the response it drains, so that whatever its client has sent meanwhile goes elsewhere. */
        private void answer(Head head) {
            if (head == null || head.envelope() != Envelope.REQUESTS || head.tx() == 0) {
                channel.close();
                return;
            }
            channel.reader().ignore();
            channel.add(Notice.of(Notices.failure(head.tx(), why)));
            channel.add(Notice.of(Notices.drain()));
            channel.add(Notice.of(Notices.drain()));
            answered = true;
            channel.flush();
        }

        @Override
        public void onWritten() {
            if (answered && channel.backlog() == 0 && finished.compareAndSet(false, true)) {
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
