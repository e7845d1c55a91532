package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;

/** What happens on a connection that is ended in order, with one that a test moves on. */
@Timeout(60)
class OrderlyCloseTest {

    private static final long EMPTY = 40;

    private final ManualTimer timer = new ManualTimer();
    private final OrderlyCloses all = new OrderlyCloses(timer, 1000);
    private final List<String> done = new ArrayList<>();

    private final class Line implements OrderlyClose.Connection {

        private final String name;
        private long backlog;
        private long lastWrite = timer.now();

        Line(String name, long backlog) {
            this.name = name;
            this.backlog = backlog;
        }

        private void did(String what) {
            done.add(name + " " + what);
        }

        @Override
        public void sendEmptyArray() {
            backlog += EMPTY;
            did("empty");
        }

        @Override
        public void ignore() {
            did("ignore");
        }

        @Override
        public long backlog() {
            return backlog;
        }

        @Override
        public long lastWrite() {
            return lastWrite;
        }

        @Override
        public void finish() {
            did("finish");
        }

        @Override
        public void close() {
            did("close");
        }

        void write(OrderlyClose farewell, long bytes) {
            backlog -= bytes;
            lastWrite = timer.now();
            farewell.onWritten();
        }
    }

    private OrderlyClose say(Line line, boolean nothingSent) {
        OrderlyClose farewell = new OrderlyClose(line, timer.now(), all);
        all.add(farewell);
        farewell.start(nothingSent);
        return farewell;
    }

    private void passSeconds(long seconds) {
        timer.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void whereNothingWasSentAnEmptyArrayIs() {
        Line line = new Line("a", 0);
        OrderlyClose farewell = say(line, true);
        assertEquals(List.of("a ignore", "a empty"), done);
        line.write(farewell, EMPTY);
        assertEquals("a finish", done.get(2));
        farewell.onClosed();
        assertEquals(0, left());
        assertEquals(3, done.size());
    }

    /** Something that is withdrawn from the connection meanwhile counts as written. */
    @Test
    void whatHappensBeforeItHasBegunDoesNotEndIt() {
        Line line = new Line("a", 0);
        OrderlyClose farewell = new OrderlyClose(line, timer.now(), all);
        all.add(farewell);
        farewell.onWritten();
        assertTrue(farewell.isSending());
        farewell.start(true);
        assertEquals(List.of("a ignore", "a empty"), done);
        line.write(farewell, EMPTY);
        assertEquals("a finish", done.get(2));
    }

    /** How many are watched over. */
    private long left() {
        long before = timer.pending();
        passSeconds(1);
        return timer.pending() == 0 ? 0 : before;
    }

    @Test
    void whatWasBegunIsSentToItsEndAndNotBefore() {
        Line line = new Line("a", 900);
        OrderlyClose farewell = say(line, false);
        for (int i = 0; i < 8; i++) {
            passSeconds(20);
            line.write(farewell, 100);
        }
        assertEquals(List.of("a ignore"), done);
        line.write(farewell, 100);
        line.write(farewell, 0);
        assertEquals(List.of("a ignore", "a finish"), done);
    }

    @Test
    void aConnectionWithoutUnsentBytesIsFinishedAtOnce() {
        say(new Line("a", 0), false);
        assertEquals(List.of("a ignore", "a finish"), done);
    }

    @Test
    void aPeerThatDoesNotCloseItsEndIsWaitedForBriefly() {
        say(new Line("a", 0), false);
        timer.advance(Duration.ofMillis(1900));
        assertFalse(done.contains("a close"));
        timer.advance(Duration.ofMillis(600));
        assertTrue(done.contains("a close"));
        passSeconds(100);
        assertEquals(3, done.size());
        assertEquals(0, timer.pending(), "it is watched over no more");
    }

    @Test
    void aPeerThatTakesNothingIsGivenUp() {
        Line line = new Line("a", 100);
        OrderlyClose farewell = say(line, false);
        passSeconds(29);
        assertFalse(done.contains("a close"));
        line.write(farewell, 1);
        passSeconds(29);
        assertFalse(done.contains("a close"), "something has moved");
        passSeconds(2);
        assertTrue(done.contains("a close"));
    }

    @Test
    void aByteNowAndThenDoesNotGoOnForEver() {
        Line line = new Line("a", 900);
        OrderlyClose farewell = say(line, false);
        int times = 0;
        while (!done.contains("a close")) {
            passSeconds(10);
            line.write(farewell, 1);
            times++;
            assertTrue(times < 100);
        }
        assertTrue(times >= 30, "it has five minutes");
    }

    @Test
    void theOldestCloseIsCutWhenTooManyBytesAreToBeSent() {
        say(new Line("a", 400), false);
        say(new Line("b", 0), false);
        say(new Line("c", 400), false);
        timer.advance(Duration.ofMillis(200));
        assertFalse(done.contains("a close"));
        say(new Line("d", 400), false);
        timer.advance(Duration.ofMillis(200));
        assertTrue(done.contains("a close"));
        assertFalse(done.contains("b close") || done.contains("c close") || done.contains("d close"));
    }

    @Test
    void oneThatFailsIsClosedAndTheOthersAreLookedAt() {
        OrderlyCloses.ClosingConnection failing = new OrderlyCloses.ClosingConnection() {
            @Override
            public long unsentBytes() {
                return 0;
            }

            @Override
            public boolean isSending() {
                return false;
            }

            @Override
            public void checkTimeouts(long now) {
                throw new IllegalStateException("it fails");
            }

            @Override
            public void close() {
                done.add("failing close");
                all.remove(this);
            }
        };
        all.add(failing);
        say(new Line("a", 100), false);
        passSeconds(40);
        assertTrue(done.contains("failing close"));
        assertTrue(done.contains("a close"));
    }

    @Test
    void whoWaitsForThemWaitsOnlyForThoseThatHaveSomethingToSay() throws Exception {
        say(new Line("said", 0), false);
        Line line = new Line("a", 100);
        OrderlyClose farewell = say(line, false);
        Thread waiting = new Thread(() -> all.await(Duration.ofSeconds(50)));
        waiting.start();
        Await.state(waiting, Thread.State.TIMED_WAITING);
        assertFalse(done.contains("said close"));
        line.write(farewell, 100);
        waiting.join(20_000);
        assertFalse(waiting.isAlive());
        assertEquals(List.of("a finish", "said close", "a close"), done.subList(3, 6));
        all.await(Duration.ofSeconds(50));
        Line stuck = new Line("b", 100);
        say(stuck, false);
        all.await(Duration.ofMillis(1));
        assertTrue(done.contains("b close"));
    }
}
