package org.slimta.bus.nats.impl.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.slimta.bus.spi.FrameBytes;

/** A large frame that is sent, with a receiver that the test plays. */
class OutgoingTransferTest implements OutgoingTransfer.Route, FrameBytes {

    private static final int CHUNK = OutgoingTransfer.CHUNK_BYTES;
    private static final int SIZE = 5 * CHUNK + 7;

    private final List<Long> offsets = new ArrayList<>();
    private final OutgoingTransfer transfer = new OutgoingTransfer(this, this, this::execute, () -> this.now);
    private Executor threads = Runnable::run;
    private long now = 1;
    private int offers;
    private int read;
    private boolean refuses;
    private boolean closed;
    private boolean failed;
    private boolean unreadable;
    private Runnable onRead = () -> {};
    private Runnable onSend = () -> {};

    @Override
    public void offer() {
        offers++;
    }

    @Override
    public boolean send(long offset, byte[] data) {
        if (refuses) {
            return false;
        }
        onSend.run();
        for (int i = 0; i < data.length; i++) {
            assertEquals((byte) (offset + i), data[i]);
        }
        offsets.add(offset / CHUNK);
        return true;
    }

    @Override
    public void failed() {
        failed = true;
    }

    @Override
    public long size() {
        return SIZE;
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public ByteBuffer next() throws IOException {
        if (unreadable) {
            throw new IOException("unreadable");
        }
        onRead.run();
        byte[] piece = new byte[Math.min(10_000, SIZE - read)];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (read + i);
        }
        read += piece.length;
        return piece.length == 0 ? null : ByteBuffer.wrap(piece);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void execute(Runnable task) {
        threads.execute(task);
    }

    private List<Long> sent() {
        List<Long> all = List.copyOf(offsets);
        offsets.clear();
        return all;
    }

    private void pass(Duration time) {
        now += time.toNanos();
        transfer.check();
    }

    @Test
    void nothingIsSentBeforeTheReceiverAllowsIt() {
        transfer.begin();
        assertEquals(1, offers);
        assertEquals(List.of(), sent());
        transfer.credit(0, 2L * CHUNK);
        assertEquals(List.of(0L, 1L), sent());
        assertFalse(transfer.isSent());
    }

    @Test
    void itArrivesAndIsReadOnce() {
        transfer.begin();
        for (int i = 0; i < 6; i++) {
            transfer.credit((long) i * CHUNK, (i + 1L) * CHUNK);
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), sent());
        assertTrue(transfer.isSent());
        assertFalse(transfer.hasArrived());
        transfer.credit(SIZE, SIZE);
        assertTrue(transfer.hasArrived());
        assertTrue(closed);
        assertEquals(SIZE, read);
    }

    @Test
    void anOfferThatIsLostIsRepeated() {
        transfer.begin();
        pass(Duration.ofMillis(200));
        assertEquals(1, offers);
        pass(Duration.ofMillis(200));
        assertEquals(2, offers);
    }

    @Test
    void whatIsLostIsSentAgainFromWhereTheReceiverIs() {
        transfer.begin();
        transfer.credit(0, 4L * CHUNK);
        transfer.credit(CHUNK, 4L * CHUNK);
        assertEquals(List.of(0L, 1L, 2L, 3L), sent());
        int readBefore = read;
        pass(Duration.ofMillis(400));
        assertEquals(List.of(1L, 2L, 3L), sent());
        assertEquals(readBefore, read);
        transfer.credit(4L * CHUNK, SIZE);
        assertEquals(List.of(4L, 5L), sent());
    }

    @Test
    void whileItMovesNothingIsRepeated() {
        transfer.begin();
        transfer.credit(0, 2L * CHUNK);
        pass(Duration.ofMillis(200));
        transfer.credit(CHUNK, 3L * CHUNK);
        pass(Duration.ofMillis(200));
        assertEquals(List.of(0L, 1L, 2L), sent());
    }

    @Test
    void whatCannotBePublishedIsSentLater() {
        transfer.begin();
        refuses = true;
        transfer.credit(0, 2L * CHUNK);
        assertEquals(List.of(), sent());
        refuses = false;
        pass(Duration.ofMillis(400));
        assertEquals(List.of(0L, 1L), sent());
    }

    @Test
    void creditThatIsOlderOrWrongChangesNothing() {
        transfer.begin();
        transfer.credit(0, 2L * CHUNK);
        transfer.credit(CHUNK, 3L * CHUNK);
        transfer.credit(0, CHUNK);
        transfer.credit(SIZE + 1L, SIZE + 100L);
        assertFalse(transfer.hasArrived());
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), sent()); // The last one allows all of it.
    }

    @Test
    void afterClosingNothingIsSent() {
        transfer.begin();
        transfer.close();
        transfer.credit(0, SIZE);
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(), sent());
        assertEquals(1, offers);
        assertTrue(closed);
    }

    @Test
    void itIsAbandonedOnlyBeforeItsLastByteHasLeft() {
        transfer.begin();
        transfer.credit(0, 2L * CHUNK);
        assertTrue(transfer.abandon());
        transfer.credit(0, SIZE);
        assertEquals(List.of(0L, 1L), sent());
        OutgoingTransfer other = new OutgoingTransfer(this, this, Runnable::run, () -> this.now);
        read = 0;
        other.begin();
        other.credit(0, SIZE);
        assertFalse(other.abandon());
    }

    @Test
    void whatIsReadAtTheMomentOfAbandoningDoesNotLeave() {
        transfer.begin();
        onRead = () -> assertTrue(transfer.abandon());
        transfer.credit(0, SIZE);
        assertEquals(List.of(), sent());
        assertTrue(closed);
    }

    @Test
    void aFrameThatCannotBeReadEndsIt() {
        transfer.begin();
        unreadable = true;
        transfer.credit(0, SIZE);
        assertTrue(failed);
        assertTrue(closed);
        assertFalse(transfer.hasArrived());
    }

    @Test
    void withoutAThreadItIsSentLater() {
        transfer.begin();
        threads = task -> {
            throw new OutOfMemoryError("no thread");
        };
        assertThrows(OutOfMemoryError.class, () -> transfer.credit(0, 2L * CHUNK));
        assertEquals(List.of(), sent());
        threads = Runnable::run;
        pass(Duration.ofMillis(400));
        assertEquals(List.of(0L, 1L), sent());
    }

    @Test
    void anErrorWhileItIsSentDelaysIt() {
        transfer.begin();
        onSend = () -> {
            throw new OutOfMemoryError("no room for a message");
        };
        assertThrows(OutOfMemoryError.class, () -> transfer.credit(0, 2L * CHUNK));
        onSend = () -> {};
        pass(Duration.ofMillis(400));
        assertEquals(List.of(0L, 1L), sent());
        assertFalse(failed);
    }

    @Test
    void afterTheEndOfTheThreadsItsFrameIsClosed() {
        transfer.begin();
        threads = task -> {
            throw new RejectedExecutionException("closed");
        };
        transfer.close();
        assertTrue(closed);
    }

    @Test
    void theSilenceOfTheReceiverIsMeasured() {
        assertEquals(0, transfer.silence());
        transfer.begin();
        pass(Duration.ofSeconds(2));
        assertEquals(Duration.ofSeconds(2).toNanos(), transfer.silence());
        transfer.credit(0, 0);
        assertEquals(0, transfer.silence());
    }
}
