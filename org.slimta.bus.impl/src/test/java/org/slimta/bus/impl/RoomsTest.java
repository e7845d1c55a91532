package org.slimta.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the code, and the arrows between them, are those of docs/architecture.md. */
class RoomsTest {

    /** The rooms with classes that use each other: parsers and lists whose members know their list; no connections, no protocol. */
    private static final Map<String, Integer> MANY_IN_A_CIRCLE =
            Map.of("exchange", 2, "transaction", 2, "config", 2, "tls", 2, "xml", 3, "whiteboard", 3);

    private static final Path PAGE = Path.of("../docs/architecture.md");
    private static final Path ROOMS = Path.of("src/main/java/org/slimta/bus/impl");
    private static final Pattern USE = Pattern.compile("\\borg\\.slimta\\.bus\\.impl\\.([a-z]+)\\.[A-Z*]");
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.([a-zA-Z]+))?`");
    private static final int MOST_LINES = 400;

    private static List<Path> sources(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    /** Each room, with those that it uses. */
    private static Map<String, Set<String>> inTheCode() throws IOException {
        Map<String, Set<String>> rooms = new TreeMap<>();
        for (Path file : sources(ROOMS)) {
            String room = ROOMS.relativize(file).getName(0).toString();
            Set<String> uses = rooms.computeIfAbsent(room, any -> new TreeSet<>());
            Matcher use = USE.matcher(Files.readString(file));
            while (use.find()) {
                if (!use.group(1).equals(room)) {
                    uses.add(use.group(1));
                }
            }
        }
        return rooms;
    }

    private static Map<String, Set<String>> onThePage() throws IOException {
        String section =
                Files.readString(PAGE).split("## Rooms of the provider")[1].split("\n## ")[0];
        Map<String, Set<String>> rooms = new TreeMap<>();
        section.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            String[] cells = line.split("\\|");
            Set<String> uses = new TreeSet<>();
            Matcher use = Pattern.compile("`([a-z]+)`").matcher(cells.length > 3 ? cells[3] : "");
            while (use.find()) {
                uses.add(use.group(1));
            }
            rooms.put(cells[1].strip().replace("`", ""), uses);
        });
        return rooms;
    }

    @Test
    void thePageHasEachRoomAndEachArrow() throws Exception {
        assertEquals(inTheCode(), onThePage());
    }

    @Test
    void thereIsNoCircle() throws Exception {
        Map<String, Set<String>> rooms = inTheCode();
        List<String> placed = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<String, Set<String>> room : rooms.entrySet()) {
                if (!placed.contains(room.getKey()) && placed.containsAll(room.getValue())) {
                    placed.add(room.getKey());
                    more = true;
                }
            }
        }
        Set<String> circle = new TreeSet<>(rooms.keySet());
        circle.removeAll(placed);
        assertEquals(Set.of(), circle);
    }

    /** Classes that use each other, directly or by way of others, can only be understood and tested together. */
    @Test
    void classesOfARoomStandInNoCircle() throws Exception {
        for (String room : inTheCode().keySet()) {
            int most = MANY_IN_A_CIRCLE.getOrDefault(room, 1);
            circles(room).forEach(circle -> assertTrue(circle.size() <= most, room + ": " + circle));
        }
    }

    private static Set<Set<String>> circles(String room) throws IOException {
        Map<String, String> code = new TreeMap<>();
        for (Path file : sources(ROOMS.resolve(room))) {
            code.put(
                    file.getFileName().toString().replace(".java", ""),
                    Files.readString(file).replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", ""));
        }
        Map<String, Set<String>> reached = new TreeMap<>();
        code.forEach((name, text) -> {
            Set<String> used = new TreeSet<>();
            for (String other : code.keySet()) {
                if (!other.equals(name)
                        && Pattern.compile("\\b" + other + "\\b").matcher(text).find()) {
                    used.add(other);
                }
            }
            reached.put(name, used);
        });
        for (String by : code.keySet()) {
            for (Set<String> from : reached.values()) {
                if (from.contains(by)) {
                    from.addAll(reached.get(by));
                }
            }
        }
        Set<Set<String>> circles = new HashSet<>();
        for (String name : code.keySet()) {
            Set<String> circle = new TreeSet<>(Set.of(name));
            reached.get(name).stream()
                    .filter(other -> reached.get(other).contains(name))
                    .forEach(circle::add);
            circles.add(circle);
        }
        return circles;
    }

    @Test
    void grizzlyIsKnownInItsRoomAlone() throws Exception {
        Set<String> knowing = new TreeSet<>();
        for (Path file : sources(ROOMS)) {
            if (Files.readString(file).contains("org.glassfish")) {
                knowing.add(ROOMS.relativize(file).getName(0).toString());
            }
        }
        assertEquals(Set.of("grizzly"), knowing);
    }

    @Test
    void eachRoomSaysWhatItIsFor() throws Exception {
        for (String room : inTheCode().keySet()) {
            assertTrue(
                    Files.readString(ROOMS.resolve(room).resolve("package-info.java"))
                            .startsWith("/**"),
                    room);
        }
    }

    @Test
    void noFileIsVeryLong() throws Exception {
        for (Path file : sources(ROOMS)) {
            long lines = Files.readAllLines(file).size();
            assertTrue(lines <= MOST_LINES, file + " has " + lines + " lines");
        }
    }

    /** A reader looks for what the page names. */
    @Test
    void whatThePageNamesIsThere() throws Exception {
        Map<String, String> classes = new HashMap<>();
        for (Path module : List.of(
                Path.of("src/main/java"), Path.of("../org.slimta.bus.api/src/main/java"), Path.of("src/test/java"))) {
            for (Path file : sources(module)) {
                classes.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        Set<String> jdk = new HashSet<>(List.of("IllegalStateException", "ReentrantLock"));
        Matcher names = NAME.matcher(Files.readString(PAGE));
        int count = 0;
        while (names.find()) {
            String type = names.group(1);
            if (!jdk.contains(type)) {
                count++;
                assertTrue(classes.containsKey(type), "there is no class " + type);
                String member = names.group(2);
                assertTrue(
                        member == null
                                || Pattern.compile("\\b" + member + "\\b")
                                        .matcher(classes.get(type))
                                        .find(),
                        type + " has no " + member);
            }
        }
        assertTrue(count > 60, count + " names");
    }
}
