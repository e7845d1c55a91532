package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;

/** The connection below a {@link TlsLayer}: sends its records, and can stop passing it what arrives. */
public interface TlsTransport {

    /** What records are for. */
    enum RecordKind {
        /** Records of TLS itself: a handshake, a key update, or an alert. */
        CONTROL,
        /** Some of the bytes that were passed to {@link TlsLayer#send}. */
        DATA,
        /** The last of these bytes. */
        LAST_DATA
    }

    /**
     * Sends records, in the order of the calls. Must neither block nor call the layer.
     *
     * @param records the bytes; ownership passes to the transport; may be empty if they are the last
     * @param kind what is in them
     */
    void enqueue(ByteBuffer records, RecordKind kind);

    /** Starts to send what was enqueued. Called after each {@link #enqueue}, without any lock. */
    void flush();

    /** {@return how many bytes of {@link RecordKind#CONTROL} records have not left yet} */
    long controlBacklog();

    /** Stops reading, if possible, until {@link #resumeReading}: what is passed to the layer meanwhile uses memory. */
    void pauseReading();

    /**
     * Passes the layer what arrives again, after it has run a task on the thread that does so.
     *
     * @param first the task
     */
    void resumeReading(Runnable first);
}
