package org.slimta.bus.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slimta.bus.bench.contestant.Contestant;
import org.slimta.bus.bench.contestant.Contestants;

/** The header of a report: the machine, and how the figures were measured. */
public final class Header {

    private Header() {}

    /**
     * Writes the header.
     *
     * @param flags the flags of each JVM
     * @param pace the number and length of rounds
     * @param names the contestants
     * @return the text
     */
    public static String of(List<String> flags, String pace, List<String> names) {
        StringBuilder text = new StringBuilder();
        text.append("JDK          ").append(Runtime.version()).append(", ");
        text.append(System.getProperty("java.vm.name")).append('\n');
        text.append("CPU          ").append(cpu()).append(", ");
        text.append(Runtime.getRuntime().availableProcessors()).append(" processors\n");
        text.append("date         ").append(LocalDate.now(ZoneOffset.UTC)).append('\n');
        text.append("JVM flags    ").append(String.join(" ", flags)).append('\n');
        text.append("rounds       ").append(pace).append('\n');
        text.append("""

                Client and server are two JVMs on the loopback interface; works named local have one. The bus sends a mail of
                some 300 bytes of XML, made and parsed each time, and gets one of some 60 back. The others carry 300 and 60
                bytes as they are and parse nothing, so each of them does less. "bus is" tells how many times the rate of that
                contestant the bus has. In the lines "ratio WORK PEER VALUE" the bus is divided by the peer: rates are better
                above 1, the latencies -p50 and -p99 and the bytes of idle connections below. small-1-p50 is of a thread that
                waits; idle-1000 is the rate beside 1,000 idle connections, divided by that without.

                """);
        for (String name : names) {
            Contestant contestant = Contestants.of(name);
            text.append(wrapped(name, contestant.about()));
        }
        return text.toString();
    }

    private static String wrapped(String name, String about) {
        StringBuilder text = new StringBuilder(String.format("%-13s", name));
        int column = text.length();
        for (String word : about.split(" ")) {
            if (column + word.length() > 118) {
                text.append("\n").append(" ".repeat(13));
                column = 13;
            }
            text.append(word).append(' ');
            column += word.length() + 1;
        }
        return text.toString().lines().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String cpu() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            Set<String> models = lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .collect(Collectors.toSet());
            return models.isEmpty() ? System.getProperty("os.arch") : String.join(", ", models);
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
