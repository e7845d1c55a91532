package org.slimta.bus.nats.impl.transfer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slimta.bus.spi.FrameReceiver;

/**
 * A large frame that arrives in chunks. A chunk that does not follow the one before is dropped. Thread-safe; nothing blocks. Its lock is held
 * while the receiver of the frame is called, which may end the transaction: whoever calls this must hold no lock that is needed for that.
 */
public final class IncomingTransfer {

    /** So much may be on its way. Small messages wait behind it where two nodes have one connection for all. */
    private static final long WINDOW_BYTES = 1 << 20;

    /** The sender is told at least so often how far it is, while chunks arrive in order. */
    private static final long TOLD_BYTES = WINDOW_BYTES / 4;

    /** While chunks arrive that do not follow, the sender is told not more often than that. */
    private static final long REPEAT_NANOS = Duration.ofMillis(20).toNanos();

    /** Tells the sender how far it is. Must not block. */
    public interface Teller {

        /**
         * Tells it.
         *
         * @param got how many bytes are here
         * @param upTo how many bytes may be sent
         */
        void tell(long got, long upTo);
    }

    private final FrameReceiver receiver;
    private final long size;
    private final Teller teller;
    private final Runnable onIncomplete;
    private final LongSupplier clock;
    private long received; // Guarded by this, like all below.
    private long told;
    private long toldAt;
    private boolean over;

    /**
     * A frame of which nothing has arrived.
     *
     * @param receiver takes its bytes
     * @param size the size of the frame, in bytes
     * @param teller tells the sender how far it is
     * @param onIncomplete called if the frame needs more bytes than its size
     * @param clock the time, in nanoseconds
     */
    public IncomingTransfer(
            FrameReceiver receiver, long size, Teller teller, Runnable onIncomplete, LongSupplier clock) {
        this.receiver = receiver;
        this.size = size;
        this.teller = teller;
        this.onIncomplete = onIncomplete;
        this.clock = clock;
    }

    /** Tells the sender how far it is: at the beginning, and when it offers the frame again. */
    public void tell() {
        long got;
        synchronized (this) {
            got = received;
            told = got;
            toldAt = clock.getAsLong();
        }
        teller.tell(got, got + WINDOW_BYTES);
    }

    /**
     * A chunk has arrived.
     *
     * @param offset the index in the frame of its first byte
     * @param data the chunk
     * @return whether the frame is over now: complete, or rejected
     */
    public boolean receive(long offset, byte[] data) {
        boolean tells;
        boolean ended = false;
        boolean incomplete = false;
        synchronized (this) {
            if (over) {
                return false;
            }
            if (offset != received || data.length > size - received) {
                tells = clock.getAsLong() - toldAt > REPEAT_NANOS;
            } else {
                received += data.length;
                boolean done = receiver.receive(ByteBuffer.wrap(data));
                ended = done || received == size;
                over = ended;
                tells = ended || received - told >= TOLD_BYTES;
                incomplete = ended && !done;
            }
        }
        if (incomplete) {
            receiver.close();
            onIncomplete.run();
        }
        if (tells) {
            tell();
        }
        return ended;
    }

    /**
     * Tells whether a chunk that has arrived completes the frame.
     *
     * @param offset the index in the frame of its first byte
     * @param length the number of its bytes
     * @return whether nothing is missing then
     */
    public synchronized boolean isLast(long offset, int length) {
        return offset == received && offset + length == size;
    }

    /** Takes nothing more, and releases what has arrived. */
    public void close() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        receiver.close();
    }
}
