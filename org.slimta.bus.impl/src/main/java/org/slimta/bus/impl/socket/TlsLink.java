package org.slimta.bus.impl.socket;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.slimta.bus.impl.tls.TlsLayer;

/**
 * Sends bytes encrypted, and between them what TLS itself has to say. Records leave in the order in which they were made. One
 * thread at a time sends bytes, whose sending is not over before it is told; TLS may have something to say at any time.
 */
final class TlsLink implements Link, TlsLayer.Below {

    private record Records(ByteBuffer bytes, CompletionHandler<WriteResult<Buffer, Object>> whenSent) {}

    private final Link below;
    private final Runnable onHold;
    private final Consumer<Runnable> onGoOn;
    private final Queue<Records> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger due = new AtomicInteger();
    private final AtomicLong ownBacklog = new AtomicLong();
    private volatile CompletionHandler<WriteResult<Buffer, Object>> whenAllSent;
    private TlsLayer layer;

    /**
     * A link over another.
     *
     * @param below what sends the records
     * @param onHold called to stop reading
     * @param onGoOn called to have something run where is read, and then to read on
     */
    TlsLink(Link below, Runnable onHold, Consumer<Runnable> onGoOn) {
        this.below = below;
        this.onHold = onHold;
        this.onGoOn = onGoOn;
    }

    void use(TlsLayer with) {
        layer = with;
    }

    @Override
    public void send(ByteBuffer bytes, CompletionHandler<WriteResult<Buffer, Object>> whenSent) {
        if (!bytes.hasRemaining()) {
            below.send(bytes, whenSent);
            return;
        }
        whenAllSent = whenSent;
        try {
            layer.send(bytes);
        } catch (SSLException e) {
            whenSent.failed(e);
        }
    }

    @Override
    public void enqueue(ByteBuffer records, TlsLayer.Contents contents) {
        waiting.add(new Records(
                records,
                switch (contents) {
                    case OWN -> new Own(records.remaining());
                    case SOME -> null;
                    case LAST -> whenAllSent;
                }));
    }

    /** Whoever comes while another sends leaves it to that one: what is told that something has left may send more. */
    @Override
    public void send() {
        if (due.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            Records next;
            while ((next = waiting.poll()) != null) {
                below.send(next.bytes(), next.whenSent());
            }
            seen = due.addAndGet(-seen);
        } while (seen > 0);
    }

    @Override
    public long ownBacklog() {
        return ownBacklog.get();
    }

    @Override
    public void hold() {
        onHold.run();
    }

    @Override
    public void goOn(Runnable first) {
        onGoOn.accept(first);
    }

    /** Counts what TLS itself says until it has left. */
    private final class Own extends EmptyCompletionHandler<WriteResult<Buffer, Object>> {

        private final int size;

        Own(int size) {
            this.size = size;
            ownBacklog.addAndGet(size);
        }

        @Override
        public void completed(WriteResult<Buffer, Object> result) {
            ownBacklog.addAndGet(-size);
        }
    }
}
