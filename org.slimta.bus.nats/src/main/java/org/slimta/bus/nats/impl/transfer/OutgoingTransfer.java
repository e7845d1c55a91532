package org.slimta.bus.nats.impl.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slimta.bus.spi.FrameBytes;

/**
 * A large frame on its way to one receiver. It is offered first. The receiver tells how much it has, and up to where it may be sent. What
 * the receiver may not have is kept, and sent again if the receiver tells nothing new for a while: a window of it, never the whole
 * frame. Thread-safe; reading the frame may block, and is done on a thread for that.
 */
public final class OutgoingTransfer {

    /** The size of a chunk, but of the last one, in bytes. */
    public static final int CHUNK_BYTES = 128 << 10;

    private static final long GO_BACK_NANOS = Duration.ofMillis(300).toNanos();

    /** Sends the messages of a transfer. The methods must not block. */
    public interface Route {

        /** Offers the frame. */
        void offer();

        /**
         * Sends a chunk.
         *
         * @param offset the index in the frame of its first byte
         * @param data the chunk; must not be changed
         * @return false if it was not sent, and has to be later
         */
        boolean send(long offset, byte[] data);

        /** The frame cannot be read: its transaction has failed. */
        void failed();
    }

    private enum State {
        /** It waits until there are fewer transfers. */
        WAITING,
        /** The receiver has not said that it takes it. */
        OFFERED,
        /** Chunks are sent. */
        MOVING,
        /** The receiver has all of it. */
        ARRIVED,
        /** It is not sent any more. */
        OVER
    }

    private record Chunk(long offset, byte[] data) {

        long end() {
            return offset + data.length;
        }
    }

    private final FrameBytes frame;
    private final long size;
    private final Route route;
    private final Executor blocking;
    private final LongSupplier clock;
    private final Deque<Chunk> unconfirmed = new ArrayDeque<>(); // Guarded by this, like all below.
    private State state = State.WAITING;
    private ByteBuffer rest = ByteBuffer.allocate(0); // Of the frame, between two chunks. For the thread that pumps.
    private long read; // How much of the frame was read.
    private long next; // The offset of the next chunk to send.
    private long confirmed; // How much the receiver has.
    private long allowed; // Up to where it may be sent.
    private long movedAt; // When the receiver told something new, or it was sent from there again.
    private long heardAt; // When the receiver told something.
    private boolean pumping;
    private boolean pumpAgain;

    /**
     * A frame of which nothing was sent.
     *
     * @param frame the frame; closed when the transfer is over
     * @param route sends the messages
     * @param blocking reads the frame
     * @param clock the time, in nanoseconds
     */
    public OutgoingTransfer(FrameBytes frame, Route route, Executor blocking, LongSupplier clock) {
        this.frame = frame;
        this.size = frame.size();
        this.route = route;
        this.blocking = blocking;
        this.clock = clock;
    }

    /** Offers it, for the first time. */
    public void begin() {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            state = State.OFFERED;
            movedAt = clock.getAsLong();
            heardAt = movedAt;
        }
        route.offer();
    }

    /** The receiver asks for it again: it is offered again, if nothing of it has moved. */
    public void offerAgain() {
        boolean offers;
        synchronized (this) {
            offers = state == State.OFFERED;
        }
        if (offers) {
            route.offer();
        }
    }

    /**
     * The receiver has told how far it is.
     *
     * @param got how many bytes it has
     * @param upTo how many bytes it may be sent
     */
    public void credit(long got, long upTo) {
        synchronized (this) {
            if (state != State.OFFERED && state != State.MOVING) {
                return;
            }
            state = State.MOVING;
            heardAt = clock.getAsLong();
            if (got > confirmed && got <= size) {
                confirmed = got;
                while (!unconfirmed.isEmpty() && unconfirmed.peek().end() <= confirmed) {
                    unconfirmed.poll();
                }
                next = Math.max(next, confirmed);
                movedAt = heardAt;
            }
            allowed = Math.max(allowed, Math.min(upTo, size));
            if (confirmed == size) {
                state = State.ARRIVED;
            }
        }
        pumpSoon();
    }

    /** Sends again from where the receiver is, if it has told nothing new for a while. To be called periodically. */
    public void check() {
        boolean offers;
        synchronized (this) {
            long now = clock.getAsLong();
            if ((state != State.OFFERED && state != State.MOVING) || now - movedAt < GO_BACK_NANOS) {
                return;
            }
            movedAt = now;
            offers = state == State.OFFERED;
            next = confirmed;
        }
        if (offers) {
            route.offer();
        } else {
            pumpSoon();
        }
    }

    /**
     * Tells how long the receiver has told nothing.
     *
     * @return the time in nanoseconds; 0 if it was not offered yet
     */
    public synchronized long silence() {
        return state == State.WAITING ? 0 : clock.getAsLong() - heardAt;
    }

    /** {@return whether the last byte was sent, so that the receiver may have all of it} */
    public synchronized boolean isSent() {
        return read == size;
    }

    /**
     * Sends nothing more, unless the last byte may be on its way: then the receiver may have all of it.
     *
     * @return whether the receiver does not have all of it, and never will
     */
    public boolean abandon() {
        synchronized (this) {
            if (read == size) {
                return false;
            }
            state = State.OVER; // In one step with the check: see readNext().
        }
        close();
        return true;
    }

    /** The receiver has all of it, as is known from something else it has said. */
    public void arrived() {
        credit(size, size);
    }

    /** {@return whether the receiver has all of it} */
    public synchronized boolean hasArrived() {
        return state == State.ARRIVED;
    }

    /** Sends nothing more. May be called again. */
    public void close() {
        synchronized (this) {
            if (state != State.ARRIVED) {
                state = State.OVER;
            }
            unconfirmed.clear();
        }
        pumpSoon(); // It closes the frame, which no other thread may read then.
    }

    private void pumpSoon() {
        synchronized (this) {
            if (pumping) {
                pumpAgain = true;
                return;
            }
            pumping = true;
        }
        try {
            blocking.execute(this::pump);
        } catch (RejectedExecutionException e) { // The connection is closed.
            stopPumping();
        } catch (RuntimeException | Error e) { // There is no thread, say. Then check() tries it again.
            stopPumping();
            throw e;
        }
    }

    private void pump() {
        try {
            boolean again = true;
            while (again) {
                sendAllowed();
                synchronized (this) {
                    again = pumpAgain;
                    pumpAgain = false;
                    pumping = again;
                }
            }
        } catch (RuntimeException | Error e) { // There is no memory, say. Then check() tries it again.
            stopPumping();
            throw e;
        }
    }

    private void stopPumping() {
        boolean isOver;
        synchronized (this) {
            pumping = false;
            pumpAgain = false;
            isOver = state == State.ARRIVED || state == State.OVER;
        }
        if (isOver) {
            frame.close(); // Nothing pumps any more, and nothing will.
        }
    }

    private void sendAllowed() {
        try {
            while (sendNext()) {
                // One after the other.
            }
        } catch (IOException e) {
            close();
            route.failed();
        }
    }

    /** Sends the next chunk, if it may be sent. */
    private boolean sendNext() throws IOException {
        Chunk chunk = null;
        synchronized (this) {
            if (state == State.ARRIVED || state == State.OVER) {
                frame.close();
                return false;
            }
            if (state != State.MOVING || next >= allowed) {
                return false;
            }
            for (Chunk each : unconfirmed) {
                if (each.offset() == next) {
                    chunk = each;
                }
            }
        }
        if (chunk == null) {
            chunk = readNext();
        }
        if (chunk == null) {
            return false;
        }
        if (!route.send(chunk.offset(), chunk.data())) {
            return false; // See check().
        }
        synchronized (this) {
            if (next == chunk.offset()) { // Otherwise it was sent back meanwhile.
                next = chunk.end();
            }
        }
        return true;
    }

    /** Returns null if it is not sent any more. */
    private Chunk readNext() throws IOException {
        byte[] data = new byte[(int) Math.min(CHUNK_BYTES, size - read)];
        for (int at = 0; at < data.length; ) {
            if (!rest.hasRemaining()) {
                rest = frame.next();
            }
            int count = Math.min(rest.remaining(), data.length - at);
            rest.get(data, at, count);
            at += count;
        }
        Chunk chunk = new Chunk(read, data);
        synchronized (this) {
            if (state != State.MOVING) {
                return null; // It was abandoned meanwhile, so this must not leave.
            }
            unconfirmed.add(chunk);
            read += data.length; // Before it is sent: from now on the receiver may have all of it.
        }
        return chunk;
    }
}
