package org.slimta.bus.nats.impl.jnats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WriteProgressTest {

    private int yields;
    private int stillToPublish;
    private int atOnce = 1;
    private final WriteProgress progress = new WriteProgress(this::publishSome);

    /** What other threads do while the writer lets them go first. */
    private void publishSome() {
        yields++;
        for (int i = 0; i < atOnce && stillToPublish > 0; i++) {
            stillToPublish--;
            progress.mayPublish(1);
        }
    }

    private int yieldsAfterWrite(int bytes, int published) {
        yields = 0;
        stillToPublish = published;
        progress.registerWrite(bytes);
        return yields;
    }

    @Test
    void afterASmallWriteOthersPublishFirstAsLongAsThatBringsSomething() {
        assertEquals(1, yieldsAfterWrite(100, 0));
        assertEquals(4, yieldsAfterWrite(100, 3));
        assertEquals(WriteProgress.MAX_YIELDS, yieldsAfterWrite(100, 1000));
    }

    @Test
    void enoughMessagesAreWritten() {
        atOnce = WriteProgress.ENOUGH_MESSAGES / 2;
        assertEquals(2, yieldsAfterWrite(100, 1000));
    }

    @Test
    void afterALargeWriteTheNextOneFollowsAtOnce() {
        assertEquals(0, yieldsAfterWrite(WriteProgress.SMALL_WRITE_BYTES + 1, 3));
    }

    @Test
    void nothingMayBePublishedWhileTooMuchIsUnwritten() {
        assertTrue(progress.mayPublish((int) WriteProgress.MAX_UNWRITTEN_BYTES));
        assertFalse(progress.mayPublish(1));
        progress.registerWrite(1);
        assertTrue(progress.mayPublish(1));
    }
}
