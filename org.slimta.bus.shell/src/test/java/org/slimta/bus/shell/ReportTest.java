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

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReportTest {

    private final RuntimeDTO all = Sample.of(Sample.waiting(), Sample.relay());
    private final BusRuntime runtime = () -> all;

    private String list(String... arguments) {
        return Printed.by(() -> new ListCommand(runtime).list(arguments));
    }

    private String show(String... arguments) {
        return Printed.by(() -> new ShowCommand(runtime).show(arguments));
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
                NAME   KIND    ADDRESS              STATE    PEERS  IN FLIGHT   QUEUE  ANSWERED  FAILED
                edge   client  mx.example.com:4025  waiting      0          0       -         0       0
                relay  server  127.0.0.1:4025       ready        3         12  2/1024    123456       9
                """, list());
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
                  answered       123456
                  failed         9
                                 5 HANDLER
                                 2 EXPIRED
                                 2 TIMEOUT
                  latency        50 % within 850 us
                                 99 % within 12.3 ms
                                 99.9 % within 1.50 s
                  handler        org.example.relay.Deliver of bundle org.example.relay, service 42
                  filters        org.example.trace.Received of bundle org.example.trace, service 43
                                 service 99
                """, show("relay"));
    }

    @Test
    void aWaitingBusIsShownWithTheReason() {
        assertEquals("""
                edge
                  kind           client
                  address        mx.example.com:4025
                  state          waiting
                  reason         there is no codec for mail.message
                  opened by      org.example.edge
                  peers          0
                  in flight      0
                  answered       0
                  failed         0
                """, show("edge"));
    }

    @Test
    void anUnknownNameListsTheOpenBuses() {
        assertEquals("There is no bus 'rely'. Open buses: edge, relay.\n", show("rely"));
        all.buses = new BusDTO[0];
        assertEquals("There is no bus 'rely'. Open buses: none.\n", show("rely"));
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
            Sample.rejected("codec", "17", "org.example.note", "it has no type")
        };
        assertEquals("""
                configuration org.slimta.bus.server~a
                  port is 'x'; it must be from 0 to 65535
                codec of bundle org.example.note, service 17
                  it has no type
                """, rejected());
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
        assertTrue(lines[1].matches("onex{25}\\.\\.\\.x{26}end  local  a b\\?\\[31m  ready .*"), lines[1]);
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
    void wrongArgumentsPrintTheHelp() {
        for (String text : new String[] {list("all"), show("a", "b"), codecs("x"), handlers("x"), rejected("x")}) {
            assertTrue(text.matches("(?s)Unexpected argument '(.|all)'\\.\n\n.*"), text);
            assertTrue(text.contains("\nusage:    slimta-bus:"), text);
            assertTrue(text.contains("\nexample:  slimta-bus:"), text);
        }
        assertTrue(show().startsWith("Missing argument NAME.\n\n"));
        assertTrue(list("--all").startsWith("Unknown option --all.\n\n"));
        assertTrue(list((String) null).startsWith("An argument is null; is a shell variable unset?"));
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
