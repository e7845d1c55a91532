package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.socket.OpeningLimit.Server;

/** Who opens a connection when, by strings in the place of transactions; those that begin with L are large. */
class ReconnectQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(30);

    private final ReconnectQueue<String> queue = new ReconnectQueue<>(who -> who.startsWith("L"));
    private final Map<String, ReconnectQueue<String>.Turn> turns = new LinkedHashMap<>();
    private final BusException refusal = new BusException(Reason.CONNECT, "refused");
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private void add(String... all) {
        for (String who : all) {
            assertTrue(queue.add(who, now));
        }
    }

    private void addMany(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            add(prefix + i);
        }
    }

    private List<String> next() {
        List<String> opened = new ArrayList<>();
        for (ReconnectQueue<String>.Turn turn : queue.next(now)) {
            opened.add(turn.waiter());
            turns.put(turn.waiter(), turn);
        }
        return opened;
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Moves time to when it is to be called again, and gives how many ms that are. */
    private long sleep() {
        long due = queue.wakeAt(now);
        assertFalse(due == OpeningLimit.NEVER);
        long millis = TimeUnit.NANOSECONDS.toMillis(due - now);
        now = due;
        return millis;
    }

    @Test
    void aFewOpenAndTheOthersWaitForTheFirstAnswer() {
        queue.configure(2, false);
        addMany("s", 200);
        assertEquals(List.of("s0", "s1"), next());
        turns.get("s0").ready(now, ROUND_TRIP);
        assertEquals(List.of(), next());
        turns.get("s0").answered(Server.SHARES);
        assertEquals(198, queue.pollSharing().size());
        assertEquals(List.of(), next());
        assertTrue(queue.isEmpty());
    }

    @Test
    void theFirstAnswerIsWaitedForARoundTripAndAWhileThenThereAreMoreAndMore() {
        queue.configure(2, false);
        addMany("s", 60);
        next();
        assertEquals(OpeningLimit.NEVER, queue.wakeAt(now), "as long as none has come about there is nothing to time");
        turns.get("s0").ready(now, ROUND_TRIP);
        pass(10);
        turns.get("s1").ready(now, ROUND_TRIP);
        assertEquals(List.of(), next());
        assertEquals(120, sleep());
        assertEquals(2, next().size());
        List<Integer> more = new ArrayList<>();
        while (!queue.isEmpty()) {
            assertEquals(OpeningLimit.STEP.toMillis(), sleep());
            more.add(next().size());
        }
        assertEquals(List.of(4, 8, 16, 28), more);
        add("later");
        assertEquals(List.of("later"), next(), "and whoever comes later does not wait at all");
        assertEquals(OpeningLimit.NEVER, queue.wakeAt(now));
    }

    @Test
    void aConnectionThatTookLongToComeAboutIsNoReasonToWaitAsLong() {
        queue.configure(1, false);
        add("s0", "s1");
        next();
        turns.get("s0").ready(now, TimeUnit.SECONDS.toNanos(7));
        assertEquals(1100, sleep());
        assertEquals(List.of("s1"), next());
    }

    @Test
    void howeverLongTheFirstAnswerTakesTheLimitIsANumber() {
        queue.configure(1024, false);
        add("s0");
        next();
        turns.get("s0").ready(now, ROUND_TRIP);
        pass(TimeUnit.DAYS.toMillis(100));
        addMany("t", 2000);
        assertEquals(2000, next().size());
    }

    @Test
    void withTlsAHandfulOpensAtATime() {
        queue.configure(2, true);
        addMany("s", 50);
        assertEquals(2, next().size());
        turns.get("s0").ready(now, ROUND_TRIP);
        turns.get("s1").ready(now, ROUND_TRIP);
        sleep();
        pass(1000);
        assertEquals(OpeningLimit.MAX_OPENING, next().size());
        assertEquals(List.of(), next());
        turns.get("s2").ready(now, ROUND_TRIP);
        turns.get("s3").over();
        assertEquals(List.of("s6", "s7"), next());
        addMany("L", 3);
        assertEquals(List.of(), next(), "large ones too");
        queue.configure(2, false);
        assertEquals(45, next().size());
    }

    @Test
    void aServerThatTakesOneTransactionAConnectionIsNotWaitedFor() {
        queue.configure(2, true);
        addMany("s", 50);
        next();
        turns.get("s0").ready(now, ROUND_TRIP);
        turns.get("s0").answered(Server.SINGLE);
        assertEquals(48, next().size());
        addMany("t", 50);
        assertEquals(50, next().size());
        turns.get("t7").ready(now, ROUND_TRIP);
        turns.get("t7").answered(Server.SHARES); // It has been replaced by another.
        turns.values().forEach(ReconnectQueue.Turn::over);
        addMany("u", 50);
        assertEquals(2, next().size());
    }

    @Test
    void aClientThatKeepsNoConnectionsNeverWaits() {
        queue.configure(0, true);
        addMany("s", 50);
        addMany("L", 50);
        assertEquals(100, next().size());
    }

    @Test
    void largeOnesDoNotWaitForAnswers() {
        queue.configure(2, false);
        addMany("s", 50);
        addMany("L", 50);
        assertEquals(52, next().size());
    }

    @Test
    void whenThoseThatOpenFailOthersTakeTheirPlaces() {
        queue.configure(2, false);
        addMany("s", 10);
        int opened = 0;
        List<String> turn;
        while (!(turn = next()).isEmpty()) {
            opened += turn.size();
            turns.get(turn.get(0)).over();
            turns.get(turn.get(0)).over(); // To say so twice counts once.
        }
        assertEquals(10, opened);
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsWaitedForNoMore() {
        queue.configure(2, false);
        addMany("s", 10);
        next();
        turns.get("s0").ready(now, ROUND_TRIP);
        turns.get("s0").over();
        assertEquals(List.of("s2"), next());
        assertEquals(OpeningLimit.NEVER, queue.wakeAt(now), "the time of the first is over with it");
    }

    @Test
    void whileTheServerIsAwayOneAtATimeTriesAfterGrowingPauses() {
        queue.configure(2, false);
        queue.closing(now, PATIENCE);
        addMany("s", 10);
        assertEquals(List.of(), next());
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            pauses.add(sleep());
            List<String> tried = next();
            assertEquals(1, tried.size());
            turns.get(tried.get(0)).over();
            assertTrue(queue.refused(tried.get(0), now, PATIENCE, false, refusal));
            next();
        }
        assertEquals(List.of(0L, 5L, 10L, 20L, 40L, 80L, 160L, 200L, 200L), pauses);
        assertTrue(queue.isAway(now) && queue.isUnsettled(now));
    }

    @Test
    void whoeverHasTriedComesFirstWhenTheServerIsBack() {
        queue.configure(2, false);
        queue.closing(now, PATIENCE);
        add("s0", "s1", "s2");
        next();
        sleep();
        assertEquals(List.of("s0"), next());
        turns.get("s0").over();
        queue.refused("s0", now, PATIENCE, false, refusal);
        next();
        sleep();
        assertEquals(List.of("s0"), next());
        turns.get("s0").ready(now, ROUND_TRIP);
        assertFalse(queue.isAway(now));
        assertTrue(queue.isUnsettled(now), "it may go again just after it has come");
        assertEquals(List.of("s1"), next());
        turns.get("s0").answered(Server.SHARES);
        assertEquals(List.of("s2"), queue.pollSharing());
    }

    @Test
    void itIsNotWaitedForLongerThanATransactionMayTake() {
        queue.configure(2, false);
        queue.closing(now, PATIENCE);
        add("s0");
        pass(PATIENCE.toMillis());
        assertFalse(queue.isAway(now) || queue.isUnsettled(now));
        assertEquals(List.of("s0"), next());
        turns.get("s0").over();
        assertFalse(queue.refused("s0", now, PATIENCE, false, refusal));
    }

    @Test
    void aServerThatRefusesThoughItServesIsWaitedForUntilItServesNoMore() {
        queue.configure(2, false);
        add("s0", "s1", "s2");
        next();
        turns.get("s0").over();
        assertTrue(queue.refused("s0", now, PATIENCE, true, refusal));
        assertEquals(List.of(), next());
        List<String> failed = new ArrayList<>();
        assertSame(refusal, queue.died(failed));
        assertEquals(List.of("s0", "s2"), failed);
        assertNull(queue.died(failed), "it is told once");
        assertFalse(queue.isUnsettled(now));
    }

    @Test
    void aServerThatHasSaidThatItClosesIsExpectedThoughItServesNoMore() {
        queue.configure(2, false);
        add("s0");
        next();
        queue.refused("s0", now, PATIENCE, true, refusal);
        queue.closing(now, PATIENCE);
        assertNull(queue.died(new ArrayList<>()));
        assertTrue(queue.isAway(now));
    }

    @Test
    void whoeverWaitsTooLongIsTakenOutButNotWhileTheServerIsAway() {
        queue.configure(1, false);
        addMany("s", 3);
        addMany("L", 1);
        next();
        pass(6000);
        add("s9");
        assertEquals(List.of(), queue.takeLate(now, Duration.ofSeconds(10)));
        pass(5000);
        assertEquals(List.of("s1", "s2"), queue.takeLate(now, Duration.ofSeconds(10)));
        queue.closing(now, PATIENCE);
        pass(20_000);
        assertEquals(List.of(), queue.takeLate(now, Duration.ofSeconds(10)));
        turns.get("s0").ready(now, ROUND_TRIP);
        assertEquals(List.of(), queue.takeLate(now, Duration.ofSeconds(10)), "the time runs from when it is back");
        pass(10_001);
        assertEquals(List.of("s9"), queue.takeLate(now, Duration.ofSeconds(10)));
    }

    @Test
    void whoeverHasEndedIsForgotten() {
        queue.configure(1, false);
        add("s0", "s1", "L0");
        assertEquals(List.of("s0", "L0"), next());
        assertTrue(queue.remove("s1"));
        assertFalse(queue.remove("s1") || queue.remove("s0"));
        assertTrue(queue.isEmpty());
        assertNull(queue.poll(false));
    }

    @Test
    void aConnectionNotWantedByItsFirstServesAnother() {
        queue.configure(1, false);
        add("s0", "s1", "L0", "L1");
        next();
        assertTrue(queue.isAwaited(false));
        assertFalse(queue.isAwaited(true));
        assertEquals("s1", queue.poll(false));
        assertNull(queue.poll(true));
    }

    @Test
    void aTurnKeepsNobodyInMemoryOnceTheConnectionHasComeAbout() {
        queue.configure(1, false);
        add("s0", "L0");
        next();
        turns.get("s0").ready(now, ROUND_TRIP);
        assertNull(turns.get("s0").waiter());
        turns.get("L0").over();
        assertNull(turns.get("L0").waiter());
    }

    @Test
    void nobodyWaitsAfterItIsClosed() {
        queue.configure(1, false);
        add("s0", "s1");
        next();
        queue.close();
        turns.get("s0").over();
        assertEquals(List.of(), next());
        assertFalse(queue.add("s2", now));
        assertFalse(queue.refused("s0", now, PATIENCE, true, refusal));
    }

    @Test
    void afterAServerWithoutTlsWasFoundOnlyOneAttemptIsMadeAtATime() {
        add("a", "b", "L1");
        List<String> first = next();
        BusException plain = new BusException(Reason.CONNECT, "no TLS");
        add("c");
        List<String> failed = new ArrayList<>();
        first.forEach(who -> turns.get(who).over());
        queue.foundPlain(now, plain, failed);
        assertTrue(failed.contains("c") && queue.isEmpty(), failed.toString());
        assertSame(plain, queue.futile(now));
        add("d");
        assertEquals(List.of(), next(), "there is a pause");
        assertEquals(250, sleep());
        assertNull(queue.futile(now));
        add("e", "L2");
        assertEquals(List.of("d"), next());
        assertEquals(List.of(), next(), "the others wait for its outcome");
        turns.get("d").over();
        failed.clear();
        queue.foundPlain(now, plain, failed);
        assertEquals(List.of("e", "L2"), failed);
        add("f");
        assertEquals(500, sleep(), "the pause grows");
        assertEquals(List.of("f"), next());
        add("g", "h");
        turns.get("f").ready(now, ROUND_TRIP);
        assertNull(queue.futile(now));
        assertEquals(List.of("g", "h"), next(), "the server uses TLS: the others may open connections as always");
    }

    @Test
    void attemptsThatRanTogetherCauseOnePause() {
        BusException plain = new BusException(Reason.CONNECT, "no TLS");
        List<String> failed = new ArrayList<>();
        queue.foundPlain(now, plain, failed);
        queue.foundPlain(now, plain, failed);
        add("a");
        assertEquals(250, sleep());
    }

    @Test
    void otherOptionsEndThePause() {
        queue.foundPlain(now, new BusException(Reason.CONNECT, "no TLS"), new ArrayList<>());
        queue.configure(2, false);
        assertNull(queue.futile(now));
        add("a");
        assertEquals(List.of("a"), next());
    }
}
