package org.slimta.bus.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;
import org.slimta.bus.api.runtime.TargetDTO;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReportTest {

    private final RuntimeDTO all = Sample.of(Sample.waiting(), Sample.relay());
    private final BusRuntime runtime = () -> all;

    private String list(String... arguments) {
        return Printed.by(() -> new ListCommand(runtime).list(arguments));
    }

    private String show(String... arguments) {
        return Printed.by(() -> new ShowCommand(runtime, Sample.CLOCK).show(arguments));
    }

    private String codecs(String... arguments) {
        return Printed.by(() -> new CodecsCommand(runtime).codecs(arguments));
    }

    private String handlers(String... arguments) {
        return Printed.by(() -> new HandlersCommand(runtime).handlers(arguments));
    }

    private String rejected(String... arguments) {
        return Printed.by(() -> new RejectedCommand(runtime).rejected(arguments));
    }

    @Test
    void busesAreListedInATable() {
        assertEquals("""
                NAME   KIND    ADDRESS              STATE              PEERS  IN FLIGHT   QUEUE  ANSWERED  FAILED
                edge   client  mx.example.com:4025  waiting, not open      0          0       -         0       0
                relay  server  127.0.0.1:4025       ready                  3         12  2/1024    123456       9
                """, list());
    }

    @Test
    void theStateTellsWhetherABusIsOpenAndAsConfigured() {
        BusDTO bus = Sample.relay();
        all.buses = new BusDTO[] {bus};
        bus.problem = "the setting port is x; it must be a whole number";
        assertTrue(list().contains(" ready, not as configured "), list());
        bus.problem = null;
        bus.state = "waiting";
        bus.waitingFor = "cannot listen: the address is in use";
        assertTrue(list().contains(" waiting, not open "), list());
        bus.opened = 1;
        bus.waitingFor = "0 filters match, but minFilters requires 1";
        assertTrue(list().contains(" waiting, open "), list());
        bus.waitingFor = "there is no handler; install one";
        assertTrue(list().contains(" waiting for a handler "), list());
    }

    @Test
    void theListEndsWithWhatIsRejected() {
        RejectedDTO named = Sample.rejected("configuration", "org.slimta.bus.client~b", null, "host is missing");
        named.busName = "backup";
        named.busKind = "client";
        all.rejected = new RejectedDTO[] {
            Sample.rejected("configuration", "org.slimta.bus.server~a", null, "port is missing"),
            named,
            Sample.rejected("configuration", "org.slimta.bus.server~relay", null, "port is 'x'"),
            Sample.rejected("handler", "17", "org.example.note", "it has no target")
        };
        assertEquals("""
                NAME                     KIND    ADDRESS              STATE              PEERS  IN FLIGHT   QUEUE  ANSWERED  FAILED
                edge                     client  mx.example.com:4025  waiting, not open      0          0       -         0       0
                relay                    server  127.0.0.1:4025       ready                  3         12  2/1024    123456       9
                org.slimta.bus.server~a  server  -                    rejected               -          -       -         -       -
                backup                   client  -                    rejected               -          -       -         -       -
                3 configurations and 1 handler were rejected; slimta-bus:rejected says why.
                """, list());
        all.buses = new BusDTO[0];
        all.rejected = new RejectedDTO[] {all.rejected[3]};
        assertEquals("There is no open bus.\n1 handler was rejected; slimta-bus:rejected says why.\n", list());
        all.rejected = new RejectedDTO[] {
            Sample.rejected("codec", "1", "a", ""), Sample.rejected("codec", "2", "a", ""),
            Sample.rejected("handler", "3", "a", ""), Sample.rejected("filter", "4", "a", "")
        };
        assertTrue(
                list().endsWith("\n2 codecs, 1 handler and 1 filter were rejected; slimta-bus:rejected says why.\n"));
    }

    @Test
    void tablesAreAtMost120ColumnsWide() {
        BusDTO bus = Sample.relay();
        bus.name = "n".repeat(200);
        bus.address = "a".repeat(200);
        bus.problem = "something";
        all.buses = new BusDTO[] {bus, Sample.waiting()};
        all.codecs = new CodecDTO[] {Sample.codec(31, true)};
        all.codecs[0].codecClass = "org.example." + "c".repeat(60);
        HandlerDTO handler = Sample.handler();
        handler.target = "(|" + "(slimta.bus.name=relay)".repeat(10) + ")";
        all.handlers = new HandlerDTO[] {handler};
        for (String text : new String[] {list(), codecs(), handlers()}) {
            assertEquals(120, text.lines().mapToInt(String::length).max().orElseThrow(), text);
        }
        assertTrue(list().contains(" ready, not as configured "), list());
    }

    @Test
    void aBusIsShownWithAllItsFigures() {
        all.handlers = new HandlerDTO[] {Sample.handler()};
        all.filters = new FilterDTO[] {Sample.filter()};
        assertEquals("""
                relay
                  kind           server
                  address        127.0.0.1:4025
                  state          ready
                  configuration  org.slimta.bus.server~relay
                  requests       mail.message
                  responses      mail.reply
                  peers          3
                  in flight      12
                  not read       1 connection (memory), 2 connections (queue-full)
                  queue          2 of 1024
                  handler        org.example.relay.Deliver of bundle org.example.relay, service 42
                  filters        org.example.trace.Received of bundle org.example.trace, service 43
                                 service 99
                                 SINCE OPENING  LAST MINUTE
                  answered              123456            0
                  failed                     9            0
                    HANDLER                  5            0
                    EXPIRED                  2            0
                    TIMEOUT                  2            0
                  answered/s                 -          0.0
                  failed/s                   -          0.0
                  50 % within           850 us            -
                  99 % within          12.3 ms            -
                  99.9 % within         1.50 s            -
                """, show("relay"));
    }

    @Test
    void whatIsLookedForInTroubleIsShown() {
        all.buses = new BusDTO[] {Sample.troubled()};
        assertEquals("""
                relay
                  kind           server
                  address        127.0.0.1:4025
                  tls            yes
                  certificate    CN=relay
                                 expires 2026-12-08 12:00:00 (in 11 days): replace it soon
                  state          ready, failing, not as configured
                  problem        the setting port is x; it must be a whole number
                  failing since  2026-11-27 11:50:00 (10 min ago)
                  open since     2026-11-24 12:00:00 (3 days ago)
                  configuration  org.slimta.bus.server~relay
                  properties     region = eu
                                 tenant = blue
                  requests       mail.message
                  responses      mail.reply
                  peers          3
                  in flight      12, the oldest for 3 s
                  memory         900 of 1000 bytes
                  not read       1 connection (memory), 2 connections (queue-full)
                  queue          2 of 1024
                  last response  2026-11-27 11:59:55 (5 s ago)
                  last failure   2026-11-27 11:58:30 (90 s ago)
                                 TIMEOUT: no response within 30 s
                  outcome        UNKNOWN
                  handler        service 42
                  filters        service 43
                                 service 99
                                 SINCE OPENING  LAST 35 S
                  answered              123456        700
                  failed                     9          2
                    HANDLER                  5          0
                    EXPIRED                  2          1
                    TIMEOUT                  2          0
                    CLOSED                   0          1
                  answered/s               0.5       20.0
                  failed/s                 0.0        0.1
                  50 % within           850 us     900 us
                  99 % within          12.3 ms    20.0 ms
                  99.9 % within         1.50 s     2.00 s
                  PEER             IDENTITY  OPEN SINCE                         IN FLIGHT  NOT READ
                  192.0.2.7:51000  CN=edge   2026-11-27 10:00:00 (2 h ago)              4  memory, queue-full
                  192.0.2.8:51001  -         2026-11-27 11:59:59 (1000 ms ago)          0  -
                  and 1 more connection
                """, show("relay"));
    }

    @Test
    void theServersOfAClientAreInATable() {
        BusDTO bus = Sample.relay();
        all.buses = new BusDTO[] {bus};
        bus.targets = new TargetDTO[] {
            Sample.target("a.example:4025", "ready", null),
            Sample.target("b.example:4025", "resting", "connection refused")
        };
        assertTrue(show("relay").endsWith("""
                  SERVER          STATE    CONNECTIONS  IN FLIGHT  LAST FAILURE
                  a.example:4025  ready              2          7  -
                  b.example:4025  resting            2          7  connection refused
                """), show("relay"));
    }

    @Test
    void aCertificateHasARemarkIfItHasExpiredAndNoneIfItIsValidForLong() {
        BusDTO bus = Sample.troubled();
        all.buses = new BusDTO[] {bus};
        bus.certificateExpires = Sample.NOW.minusSeconds(7200).toEpochMilli();
        assertTrue(
                show("relay")
                        .contains(
                                " expired 2026-11-27 10:00:00 (2 h ago): replace it, since peers that check it refuse it\n"),
                show("relay"));
        bus.certificateExpires = Sample.NOW.plusSeconds(15 * 86_400).toEpochMilli();
        assertTrue(show("relay").contains(" expires 2026-12-12 12:00:00 (in 15 days)\n"), show("relay"));
    }

    @Test
    void durationsHaveOneUnit() {
        assertEquals("1999 ms", Times.duration(Duration.ofMillis(1999)));
        assertEquals("119 s", Times.duration(Duration.ofSeconds(119)));
        assertEquals("2 min", Times.duration(Duration.ofSeconds(120)));
        assertEquals("119 min", Times.duration(Duration.ofMinutes(119)));
        assertEquals("47 h", Times.duration(Duration.ofHours(47)));
        assertEquals("2 days", Times.duration(Duration.ofHours(48)));
    }

    @Test
    void aWaitingBusIsShownWithTheReason() {
        assertTrue(show("edge").startsWith("""
                edge
                  kind           client
                  address        mx.example.com:4025
                  state          waiting, not open
                  reason         there is no codec for mail.message
                  opened by      org.example.edge
                  peers          0
                """), show("edge"));
    }

    @Test
    void aRejectedConfigurationIsShownWithItsMistakesByTheNameOfTheBusOrThePid() {
        all.rejected = new RejectedDTO[] {Sample.twoMistakes()};
        String expected = """
                relay-in
                  kind           server
                  state          rejected
                  configuration  org.slimta.bus.server~a
                  mistakes       the setting port is x; it must be a whole number
                                 unknown setting prot; did you mean port?
                """;
        assertEquals(expected, show("relay-in"));
        assertEquals(expected, show("org.slimta.bus.server~a"));
        all.rejected[0].mistakes = new String[0];
        assertTrue(show("relay-in").endsWith("\n  mistake        two mistakes\n"), show("relay-in"));
    }

    @Test
    void aBusWhoseConfigurationIsRejectedShowsWhy() {
        RejectedDTO rejected = Sample.twoMistakes();
        rejected.id = "org.slimta.bus.server~relay";
        all.rejected = new RejectedDTO[] {rejected};
        assertTrue(show("relay").contains("\n  problem        two mistakes\n"), show("relay"));
    }

    @Test
    void anUnknownNameListsTheOpenBuses() {
        assertEquals("failed: There is no bus 'rely'. Open buses: edge, relay.\n", show("rely"));
        all.buses = new BusDTO[0];
        assertEquals("failed: There is no bus 'rely'. Open buses: none.\n", show("rely"));
    }

    @Test
    void codecsAreListedInATable() {
        all.codecs = new CodecDTO[] {Sample.codec(31, true), Sample.codec(35, false)};
        String types = "org.slimta.bus.mail.Message  org.slimta.bus.mail.MessageCodec  org.slimta.bus.mail  ";
        assertEquals(
                "TYPE          OBJECTS                      CODEC                             BUNDLE               "
                        + "SERVES  RANK  SERVICE\n"
                        + "mail.message  " + types + "yes        0       31\n"
                        + "-             " + types + "no         0       35\n",
                codecs());
    }

    @Test
    void handlersAndFiltersAreListedWithTheirBuses() {
        all.handlers = new HandlerDTO[] {Sample.handler()};
        all.filters = new FilterDTO[] {Sample.filter()};
        assertEquals("""
                KIND     CLASS                       BUNDLE             RANK  SERVICE  TARGET                   BUSES
                handler  org.example.relay.Deliver   org.example.relay     0       42  (slimta.bus.name=relay)  relay
                filter   org.example.trace.Received  org.example.trace    10       43  (slimta.bus.name=*)      none
                """, handlers());
    }

    @Test
    void rejectionsAreListedWithTheirReasons() {
        all.rejected = new RejectedDTO[] {
            Sample.rejected(
                    "configuration", "org.slimta.bus.server~a", null, "port is 'x';\nit must be from 0 to 65535"),
            Sample.rejected("codec", "17", "org.example.note", "it has no type"),
            Sample.twoMistakes()
        };
        assertEquals("""
                configuration org.slimta.bus.server~a
                  port is 'x'; it must be from 0 to 65535
                codec of bundle org.example.note, service 17
                  it has no type
                configuration org.slimta.bus.server~a of the bus relay-in
                  the setting port is x; it must be a whole number
                  unknown setting prot; did you mean port?
                """, rejected());
    }

    @Test
    void aRejectionSaysWhatItsBusDoesNow() {
        RejectedDTO rejected = Sample.rejected("configuration", "org.slimta.bus.server~relay", null, "port is 'x'");
        all.rejected = new RejectedDTO[] {rejected};
        all.buses[1].problem = "port is 'x'";
        assertTrue(rejected().endsWith("\n  The server relay continues with its previous settings.\n"), rejected());
        all.buses[1].problem = null;
        all.buses[1].state = "waiting";
        assertTrue(rejected().endsWith("\n  The server relay is waiting, not open.\n"), rejected());
    }

    @Test
    void emptyReportsSaySo() {
        all.buses = new BusDTO[0];
        assertTrue(list().startsWith("There is no open bus."));
        assertTrue(codecs().startsWith("There is no codec."));
        assertTrue(handlers().startsWith("There is no handler and no filter"));
        assertEquals("Nothing was rejected.\n", rejected());
    }

    @Test
    void longCellsAreShortenedAndLineEndsReplaced() {
        BusDTO bus = Sample.bus("one" + "x".repeat(200) + "end", "local");
        bus.address = "a\r\nb\u001b[31m";
        all.buses = new BusDTO[] {bus};
        String[] lines = list().split("\n");
        assertEquals(2, lines.length);
        assertTrue(lines[1].matches("onex{20,26}\\.\\.\\.x{20,26}end  local  a b\\?\\[31m  ready .*"), lines[1]);
    }

    @Test
    void controlCharactersInCellsAreReplaced() {
        BusDTO bus = Sample.bus("a\u009b31m\u202eb\u2066c\u0000\u007fd\u2028e\u0085f\ud800g\u00adh", "local");
        all.buses = new BusDTO[] {bus};
        assertTrue(list().split("\n")[1].startsWith("a?31m?b?c??d e f?g?h  local"), list());
    }

    @Test
    void blanksAroundALineEndAreOneBlank() {
        assertEquals("a \u3000 b  c d e", Table.oneLine("a \t\r\n\r\n\u3000 b  c\u000b\fd\u2028\u2029\u0085e", 100));
        assertEquals(" a ", Table.oneLine("\n a\n", 100));
        assertEquals("a\u3000 b", Table.oneLine("a\u3000 b", 100));
    }

    @Test
    void shorteningDoesNotSplitASurrogatePair() {
        String faces = "\ud83d\ude00".repeat(100);
        for (int most = 10; most < 14; most++) {
            String cut = Table.oneLine(faces, most);
            assertTrue(cut.length() <= most, cut);
            assertTrue(cut.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff), cut);
        }
    }

    /** Eight times the text may take about eight times as long; quadratic cost would be 64 times. */
    @Test
    void costIsLinearInTheSize() {
        for (String unit : new String[] {" ", "\t", " \n", "\n", " x", "\u3000", "\r", "\u001b"}) {
            nanos(unit, 40_000);
            long once = Math.max(nanos(unit, 40_000), 50_000_000);
            long eightTimes = nanos(unit, 320_000);
            assertTrue(eightTimes < 30 * once, once / 1000 + " us, " + eightTimes / 1000 + " us");
        }
    }

    private static long nanos(String unit, int size) {
        String text = unit.repeat(size);
        long start = System.nanoTime();
        Table.oneLine(text + "x", 500);
        return System.nanoTime() - start;
    }

    @Test
    void aTableOfManyRowsIsFast() {
        BusDTO[] buses = new BusDTO[20_000];
        Arrays.setAll(buses, i -> Sample.bus("bus" + i, "local"));
        all.buses = buses;
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertEquals(20_001, list().lines().count()));
    }

    @Test
    void aListOfNamesIsBounded() {
        BusDTO[] buses = new BusDTO[1000];
        for (int i = 0; i < buses.length; i++) {
            buses[i] = Sample.bus("bus" + i, "local");
        }
        all.buses = buses;
        assertTrue(show("none").endsWith(", bus18, bus19 and 980 more.\n"));
    }

    @Test
    void wrongArgumentsFailWithTheUsage() {
        for (String text : new String[] {list("all"), show("a", "b"), codecs("x"), handlers("x"), rejected("x")}) {
            assertTrue(
                    text.matches(
                            "failed: Unexpected argument '(.|all)'\\. Usage: slimta-bus:.* \\(--help says more\\)\n"),
                    text);
        }
        assertEquals("failed: Missing argument NAME. Usage: slimta-bus:show NAME (--help says more)\n", show());
        assertTrue(list("--all").startsWith("failed: Unknown option --all. Usage: slimta-bus:list ("));
        assertTrue(list("--all=x").startsWith("failed: Unknown option --all. "));
        assertTrue(list((String) null).startsWith("failed: An argument is null; is a shell variable unset?"));
    }

    @Test
    void helpIsPrintedInsteadOfAnythingElse() {
        for (String text : new String[] {
            list("--help"), show("relay", "--help"), codecs("--help"), handlers("--help"), rejected("--help")
        }) {
            assertTrue(text.matches("(?s)(Lists|Shows) .*\nusage:    slimta-bus:.*\nexample:  slimta-bus:.*"), text);
            assertFalse(text.contains("Unexpected argument"), text);
        }
    }
}
