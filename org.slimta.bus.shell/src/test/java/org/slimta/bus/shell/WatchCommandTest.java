package org.slimta.bus.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RuntimeDTO;

@Timeout(20)
class WatchCommandTest {

    private final AtomicInteger snapshots = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final BusRuntime runtime = this::snapshot;
    private final FakeSession session = new FakeSession(null);

    private RuntimeDTO snapshot() {
        int taken = snapshots.getAndIncrement();
        begun.countDown();
        BusDTO relay = Sample.relay();
        relay.answered += 500L * taken;
        relay.failed = Map.of("TIMEOUT", 10L * taken);
        return Sample.of(Sample.waiting(), relay);
    }

    private String watch(String... arguments) {
        return Printed.by(() -> new WatchCommand(runtime).watch(session.session(), arguments));
    }

    @Test
    void eachIntervalHasALineForEachBus() {
        String[] lines = watch("--every", "20ms", "--count", "3").split("\n");
        assertEquals(7, lines.length);
        assertEquals("TIME      NAME          ANSWERED/S    FAILED/S   IN FLIGHT      QUEUED         P99", lines[0]);
        assertTrue(lines[1].matches(
                "..:..:..  edge                 0\\.0         0\\.0           0           0           -"));
        assertTrue(lines[6].matches("..:..:..  relay  .*          12           2     12\\.3 ms"), lines[6]);
    }

    @Test
    void theValueOfAnOptionMayFollowAnEqualsSign() {
        assertEquals(4, watch("--every=10ms", "--count=3", "relay").lines().count());
        assertTrue(watch("--count=").startsWith("failed: --count is ''; it must be a whole number"));
        assertTrue(watch("--every=", "10ms").startsWith("failed: --every is ''; it must be a duration"));
    }

    @Test
    void severalBusesOfOneNameHaveALineEach() {
        BusDTO waiting = Sample.waiting();
        waiting.name = "relay";
        BusRuntime both = () -> Sample.of(waiting, Sample.relay());
        for (String[] arguments : new String[][] {{}, {"relay"}}) {
            String printed = Printed.by(() -> new WatchCommand(both)
                    .watch(
                            session.session(),
                            Stream.concat(Stream.of("--every", "10ms", "--count", "1"), Stream.of(arguments))
                                    .toArray(String[]::new)));
            String[] lines = printed.split("\n");
            assertEquals(3, lines.length, printed);
            assertTrue(lines[1].matches(".* relay .* 0 +0 +-"), printed);
            assertTrue(lines[2].matches(".* relay .* 12 +2 +12\\.3 ms"), printed);
        }
    }

    @Test
    void ratesAreThoseOfTheInterval() {
        String[] lines = watch("--every", "100ms", "--count", "2", "relay").split("\n");
        assertEquals(3, lines.length);
        Matcher line = Pattern.compile(".* relay +([0-9.]+) +([0-9.]+) +12 .*").matcher(lines[2]);
        assertTrue(line.matches(), lines[2]);
        double answered = Double.parseDouble(line.group(1));
        assertTrue(answered > 50 && answered <= 5000, lines[2]);
        assertEquals(answered / 50, Double.parseDouble(line.group(2)), 0.2);
    }

    @Test
    void aRateIsPerSecond() {
        assertEquals("5.0", WatchCommand.rate(90, 100, TimeUnit.SECONDS.toNanos(2)));
        assertEquals("14.0", WatchCommand.rate(90, 7, TimeUnit.MILLISECONDS.toNanos(500)));
    }

    @Test
    void anInterruptEndsTheCommand() throws Exception {
        StringBuilder printed = new StringBuilder();
        Thread thread = new Thread(() -> printed.append(watch("--every", "1h", "--count", "0")));
        thread.start();
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        thread.interrupt();
        thread.join();
        assertTrue(printed.toString().endsWith("interrupted\n"), printed.toString());
    }

    @Test
    void theCommandEndsWithItsSessionBeforeTheIntervalEnds() {
        BusRuntime disconnecting = () -> {
            if (snapshots.incrementAndGet() == 3) {
                session.disconnect();
            }
            return Sample.of();
        };
        Printed.by(() -> new WatchCommand(disconnecting).watch(session.session(), "--every", "10ms", "--count", "0"));
        assertEquals(3, snapshots.get());
        Printed.by(() -> new WatchCommand(disconnecting).watch(session.session(), "--every", "1h", "--count", "0"));
        assertEquals(4, snapshots.get());
    }

    @Test
    void theCommandEndsWhenItsOutputCannotBeWritten() throws Exception {
        PrintStream before = System.out;
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("the pipe is broken");
                    }
                },
                true));
        try {
            new WatchCommand(runtime).watch(session.session(), "--every", "1h", "--count", "0");
        } finally {
            System.setOut(before);
        }
        assertEquals(1, snapshots.get());
    }

    @Test
    void aClosedBusIsShownAsGone() {
        BusRuntime leaving = () -> snapshots.getAndIncrement() == 0 ? Sample.of(Sample.relay()) : Sample.of();
        WatchCommand command = new WatchCommand(leaving);
        String named = Printed.by(() -> command.watch(session.session(), "--every", "10ms", "--count", "1", "relay"));
        assertTrue(named.contains(" relay               gone"), named);
        snapshots.set(0);
        String all = Printed.by(() -> command.watch(session.session(), "--every", "10ms", "--count", "1"));
        assertTrue(all.contains(" no bus "), all);
    }

    @Test
    void wrongArgumentsAreReported() {
        assertEquals("failed: There is no bus 'rely'. Open buses: edge, relay.\n", watch("rely"));
        assertTrue(watch("--every", "1")
                .startsWith("failed: --every is '1'; it must be a duration with a unit, such as 500ms, 30s"));
        assertTrue(watch("--every", "1ms").startsWith("failed: --every is '1ms'; it must be"));
        assertTrue(watch("--every", "25h").startsWith("failed: --every is '25h'; it must be"));
        assertTrue(watch("--count", "many")
                .startsWith("failed: --count is 'many'; it must be a whole number, such as 10."));
        assertTrue(watch("--count").startsWith("failed: Option --count needs a value."));
        assertTrue(watch("--count", "--every").contains("Usage: slimta-bus:watch [--every 1s] [--count 10] [NAME...]"));
        assertFalse(watch("--help").contains("needs a value"));
    }
}
