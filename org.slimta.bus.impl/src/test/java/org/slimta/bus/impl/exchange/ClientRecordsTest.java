package org.slimta.bus.impl.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.exchange.ClientRecord.Answer;
import org.slimta.bus.impl.exchange.ClientRecord.Arrival;

/** What a server remembers of its clients, and when it forgets that. */
class ClientRecordsTest {

    private static final long LIMIT = 80_000; // Of which kept responses may use an eighth.

    private long now;
    private final ClientRecords<Request> records = new ClientRecords<>(() -> now, () -> LIMIT);

    private final class Request implements ClientRecord.Entry {

        private final long tx;
        private boolean abandoned;
        private long bytes;
        private long answeredAt = ClientRecord.UNANSWERED;

        Request(long tx) {
            this.tx = tx;
        }

        @Override
        public long tx() {
            return tx;
        }

        @Override
        public long keptBytes() {
            return bytes;
        }

        @Override
        public long answeredAt() {
            return answeredAt;
        }

        @Override
        public long release() {
            long released = bytes;
            bytes = 0;
            return released;
        }

        @Override
        public void abandon() {
            abandoned = true;
        }
    }

    private void answered(ClientRecord<Request> record, long tx, long bytes) {
        Request request = new Request(tx);
        assertEquals(Arrival.TAKEN, record.arrived(request, 0));
        request.bytes = bytes;
        request.answeredAt = now;
        records.kept(record, bytes);
    }

    private static Answer ask(ClientRecord<Request> record, long tx) {
        return record.ask(tx, 1, request -> Answer.WORKING);
    }

    @Test
    void theOldestResponsesAreForgottenWhenThereAreTooManyBytes() {
        ClientRecord<Request> record = records.join("a", null, 1);
        record.arrived(new Request(1), 0); // It is worked on.
        answered(record, 2, 5_000);
        answered(record, 3, 4_000);
        assertEquals(9_000, records.keptBytes());
        answered(record, 4, 17_000); // Large enough for the sum to be looked at.
        assertEquals(0, records.keptBytes());
        assertEquals(Answer.WORKING, ask(record, 1));
        for (long tx = 2; tx <= 4; tx++) {
            assertEquals(Answer.FORGOTTEN, ask(record, tx));
        }
        assertEquals(Answer.UNKNOWN, ask(record, 5));
    }

    @Test
    void responsesAreForgottenAfterATimeAndWhatIsSeenAtOnce() {
        ClientRecord<Request> record = records.join("a", null, 1);
        answered(record, 1, 100);
        answered(record, 2, 100);
        record.seen(1);
        assertEquals(100, records.keptBytes());
        assertEquals(Answer.FORGOTTEN, ask(record, 1));
        now = Duration.ofSeconds(31).toNanos();
        records.forgetOld(Duration.ofSeconds(30));
        assertEquals(0, records.keptBytes());
        assertEquals(Answer.FORGOTTEN, ask(record, 2));
    }

    @Test
    void whatIsWorkedOnIsAbandonedWhenItsClientDoesNotComeBack() {
        ClientRecord<Request> record = records.join("a", null, 1);
        Request request = new Request(1);
        record.arrived(request, 0);
        now = Duration.ofSeconds(31).toNanos();
        records.forgetOld(Duration.ofSeconds(30));
        assertEquals(false, request.abandoned);
        records.leave(record);
        now = Duration.ofSeconds(62).toNanos();
        records.forgetOld(Duration.ofSeconds(30));
        assertEquals(true, request.abandoned);
        assertEquals(Answer.FORGOTTEN, ask(record, 1));
    }

    @Test
    void aRequestIsTakenThatArrivesAfterLaterOnesWereForgotten() {
        ClientRecord<Request> record = records.join("a", null, 1);
        answered(record, 3, 100_000); // Too large to be kept.
        assertEquals(Answer.FORGOTTEN, ask(record, 3));
        assertEquals(Arrival.TAKEN, record.arrivedPerhapsAgain(new Request(1), 0));
        assertEquals(Arrival.TAKEN, record.arriving(2, 0));
        assertEquals(Arrival.DUPLICATE, record.arrivedPerhapsAgain(new Request(3), 0));
        assertEquals(Arrival.DUPLICATE, record.arriving(3, 0));
        assertEquals(Answer.UNKNOWN, ask(record, 4));
    }

    /** Others of the same client are answered and forgotten while it arrives. */
    @Test
    void aLargeRequestIsTakenHoweverLongItArrives() {
        ClientRecord<Request> record = records.join("a", null, 1);
        assertEquals(Arrival.TAKEN, record.arriving(1, 0));
        assertEquals(Arrival.TAKEN, record.arriving(2, 0));
        answered(record, 3, 100);
        now = Duration.ofSeconds(31).toNanos();
        records.forgetOld(Duration.ofSeconds(30));
        assertEquals(Answer.FORGOTTEN, ask(record, 3));
        assertEquals(Arrival.TAKEN, record.arrivedPerhapsAgain(new Request(1), 0));
        assertEquals(Arrival.DUPLICATE, record.arrivedPerhapsAgain(new Request(1), 0));
        assertEquals(Answer.UNKNOWN, ask(record, 2));
        assertEquals(Arrival.TOO_LATE, record.arrivedPerhapsAgain(new Request(2), 0));
    }

    @Test
    void afterTheAnswerUnknownNothingOfALowerEpochIsTaken() {
        ClientRecord<Request> record = records.join("a", null, 1);
        assertEquals(Answer.UNKNOWN, ask(record, 1));
        assertEquals(Arrival.TOO_LATE, record.arrived(new Request(1), 0));
        assertEquals(Arrival.TAKEN, record.arrived(new Request(2), 1));
        assertEquals(Arrival.DUPLICATE, record.arrived(new Request(2), 1));
    }

    @Test
    void whatWasDroppedIsUnknown() {
        ClientRecord<Request> record = records.join("a", null, 1);
        Request request = new Request(1);
        record.arrived(request, 0);
        record.dropped(request);
        assertEquals(Answer.UNKNOWN, ask(record, 1));
    }

    @Test
    void aNameBelongsToTheIdentityThatHadItFirst() {
        ClientRecord<Request> first = records.join("a", "CN=one", 1);
        assertSame(first, records.join("a", "CN=one", 2));
        assertNull(records.join("a", "CN=other", 3));
        assertNull(records.join("a", null, 3));
        assertNull(records.join("", null, 3));
        assertNull(records.join("a".repeat(65), null, 3));
    }

    @Test
    void aClientIsForgottenAnHourAfterItsLastConnectionOnly() {
        ClientRecord<Request> open = records.join("open", null, 1);
        ClientRecord<Request> left = records.join("left", null, 1);
        records.leave(left);
        now = Duration.ofMinutes(61).toNanos();
        records.forgetOld(Duration.ofSeconds(30));
        assertEquals(1, records.clientCount());
        assertSame(open, records.join("open", null, 9));
        ClientRecord<Request> again = records.join("left", null, 9);
        assertNotSame(left, again);
        assertEquals(Answer.FORGOTTEN, ask(again, 8));
        assertEquals(Answer.UNKNOWN, ask(again, 9));
    }

    @Test
    void tooManyClientsAreNotRememberedUntilOthersHaveLeft() {
        ClientRecord<Request> first = records.join("0", null, 1);
        for (int i = 1; i < 10_000; i++) {
            records.join(Integer.toString(i), null, 1);
        }
        assertNull(records.join("one more", null, 1));
        records.leave(first);
        assertNotNull(records.join("one more", null, 1));
        assertEquals(10_000, records.clientCount());
    }
}
