package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.tls.TlsLayer;
import org.slimta.bus.impl.tls.TlsTransport;

/**
 * Connects the TLS layer of a connection with what writes to its socket. Records leave in the order in which they were
 * created. One thread at a time sends bytes, and waits until its listener was notified before it sends more; TLS may
 * send control records at any time. Thread-safe.
 */
final class TlsLink implements FrameWriter.Sink, TlsTransport {

    private static final Logger LOG = LoggerFactory.getLogger(TlsLink.class);

    private final SocketWriter writer;
    private final Runnable onPause;
    private final Consumer<Runnable> onResume;
    private final AtomicLong controlBacklog = new AtomicLong();
    private volatile SocketWriter.Listener whenAllSent;
    private TlsLayer layer;

    /**
     * Creates a link over a socket.
     *
     * @param writer sends the records
     * @param onPause called to stop reading
     * @param onResume called with a task to run on the event thread; then to read on
     */
    TlsLink(SocketWriter writer, Runnable onPause, Consumer<Runnable> onResume) {
        this.writer = writer;
        this.onPause = onPause;
        this.onResume = onResume;
    }

    /** Sets the layer. To be called once, before anything is sent. */
    void use(TlsLayer tls) {
        layer = tls;
    }

    @Override
    public void send(ByteBuffer bytes, SocketWriter.Listener listener) {
        whenAllSent = listener;
        try {
            layer.send(bytes);
        } catch (SSLException e) {
            LOG.debug("TLS cannot send any more", e);
            listener.onFailed();
        } catch (RuntimeException | Error e) {
            LOG.warn("Cannot encrypt bytes; closing the connection", e);
            listener.onFailed(); // Otherwise the sender would wait for ever for them to leave.
        }
    }

    @Override
    public void enqueue(ByteBuffer records, RecordKind kind) {
        writer.add(
                records,
                switch (kind) {
                    case CONTROL -> new ControlRecords(records.remaining());
                    case DATA -> null;
                    case LAST_DATA -> whenAllSent;
                });
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public long controlBacklog() {
        return controlBacklog.get();
    }

    @Override
    public void pauseReading() {
        onPause.run();
    }

    @Override
    public void resumeReading(Runnable first) {
        onResume.accept(first);
    }

    /** Counts control records until they have left. */
    private final class ControlRecords implements SocketWriter.Listener {

        private final int size;

        ControlRecords(int size) {
            this.size = size;
            controlBacklog.addAndGet(size);
        }

        @Override
        public void onSent() {
            controlBacklog.addAndGet(-size);
        }

        @Override
        public void onFailed() {
            onSent();
        }
    }
}
