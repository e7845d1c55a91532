package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.tls.TlsLayer;

/**
 * Sends bytes encrypted, and between them records of TLS itself. Records leave in the order in which they were made. One thread
 * at a time sends bytes, whose sending is not over before the listener hears of it; TLS may send records of its own at any time.
 */
final class TlsLink implements FrameWriter.Sink, TlsLayer.Below {

    private static final Logger LOG = LoggerFactory.getLogger(TlsLink.class);

    private final SocketWriter writer;
    private final Runnable onHold;
    private final Consumer<Runnable> onGoOn;
    private final AtomicLong ownBacklog = new AtomicLong();
    private volatile SocketWriter.Listener whenAllSent;
    private TlsLayer layer;

    /**
     * A link over a socket.
     *
     * @param writer what sends the records
     * @param onHold called to stop reading
     * @param onGoOn called to have something run where is read, and then to read on
     */
    TlsLink(SocketWriter writer, Runnable onHold, Consumer<Runnable> onGoOn) {
        this.writer = writer;
        this.onHold = onHold;
        this.onGoOn = onGoOn;
    }

    void use(TlsLayer with) {
        layer = with;
    }

    @Override
    public void send(ByteBuffer bytes, SocketWriter.Listener listener) {
        whenAllSent = listener;
        try {
            layer.send(bytes);
        } catch (SSLException e) {
            LOG.debug("Nothing more can be sent", e);
            listener.onFailed();
        } catch (RuntimeException | Error e) {
            LOG.warn("Bytes could not be encrypted; the connection is closed", e);
            listener.onFailed(); // Else whoever waits for them to leave would wait for ever.
        }
    }

    @Override
    public void enqueue(ByteBuffer records, TlsLayer.Contents contents) {
        writer.add(records, switch (contents) {
            case OWN -> new Own(records.remaining());
            case SOME -> null;
            case LAST -> whenAllSent;
        });
    }

    @Override
    public void send() {
        writer.flush();
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
    private final class Own implements SocketWriter.Listener {

        private final int size;

        Own(int size) {
            this.size = size;
            ownBacklog.addAndGet(size);
        }

        @Override
        public void onSent() {
            ownBacklog.addAndGet(-size);
        }

        @Override
        public void onFailed() {
            onSent();
        }
    }
}
