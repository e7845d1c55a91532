package org.slimta.bus.nats.impl.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.spi.FrameReceiver;

/** A large frame that arrives, with a sender that the test plays. */
class IncomingTransferTest implements FrameReceiver {

    private final StringBuilder received = new StringBuilder();
    private final List<Long> told = new ArrayList<>();
    private long now = 1;
    private int needed = 9;
    private boolean closed;
    private boolean incomplete;
    private final IncomingTransfer transfer =
            new IncomingTransfer(this, 9, (got, upTo) -> told.add(got), () -> this.incomplete = true, () -> this.now);

    @Override
    public boolean receive(ByteBuffer bytes) {
        received.append(UTF_8.decode(bytes));
        return received.length() >= needed;
    }

    @Override
    public void close() {
        closed = true;
    }

    private boolean chunk(long offset, String text) {
        return transfer.receive(offset, text.getBytes(UTF_8));
    }

    @Test
    void chunksThatFollowAreTaken() {
        transfer.tell();
        assertFalse(chunk(0, "abc"));
        assertFalse(chunk(3, "def"));
        assertTrue(transfer.isLast(6, 3));
        assertTrue(chunk(6, "ghi"));
        assertEquals("abcdefghi", received.toString());
        assertEquals(List.of(0L, 9L), told);
        assertFalse(incomplete);
    }

    @Test
    void chunksThatDoNotFollowAreDroppedAndTheSenderIsToldSometimes() {
        transfer.tell();
        chunk(3, "def");
        assertEquals(List.of(0L), told);
        now += Duration.ofMillis(30).toNanos();
        chunk(6, "ghi");
        chunk(3, "def");
        assertEquals(List.of(0L, 0L), told);
        chunk(0, "abc");
        now += Duration.ofMillis(30).toNanos();
        chunk(0, "abc");
        assertEquals(List.of(0L, 0L, 3L), told);
        assertEquals("abc", received.toString());
    }

    @Test
    void bytesBeyondTheSizeAreDropped() {
        chunk(0, "abcdefghij");
        assertEquals("", received.toString());
    }

    @Test
    void aFrameThatNeedsMoreThanItsSizeIsIncomplete() {
        needed = 10;
        assertTrue(chunk(0, "abcdefghi"));
        assertTrue(incomplete);
        assertTrue(closed);
    }

    @Test
    void aFrameThatIsRejectedIsOver() {
        needed = 2;
        assertTrue(chunk(0, "abc"));
        assertFalse(chunk(3, "def"));
        assertEquals("abc", received.toString());
    }

    @Test
    void afterClosingNothingIsTaken() {
        chunk(0, "abc");
        transfer.close();
        assertTrue(closed);
        assertFalse(chunk(3, "def"));
        assertEquals("abc", received.toString());
    }
}
