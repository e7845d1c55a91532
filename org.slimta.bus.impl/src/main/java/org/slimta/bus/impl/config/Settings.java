package org.slimta.bus.impl.config;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slimta.bus.api.BusConstants;

/**
 * The settings of one configuration, which may be strings where numbers are meant. All that is wrong is collected, to be told
 * at once. Not thread-safe.
 */
final class Settings {

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|min|h|d)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(|B|KiB|MiB|GiB)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHARE = Pattern.compile("([1-9]\\d?|100)\\s*%");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "b", 0, "kib", 10, "mib", 20, "gib", 30);
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int SHORT = 5;
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final List<String> PUBLISHED = List.of(BusConstants.BUS_KIND, BusConstants.BUS_ADDRESS);

    private final Map<String, Object> values;
    private final Set<String> known = new TreeSet<>();
    private final Set<String> problems = new LinkedHashSet<>(); // A setting that is read twice is wrong once.

    private boolean askingForTls;

    Settings(Map<String, Object> values) {
        this.values = values;
    }

    /** What a setting holds, without what is blank. Configuration Admin knows single values, arrays and collections. */
    private List<String> texts(String name) {
        known.add(name);
        Object value = values.get(name);
        Stream<?> all;
        if (value == null) {
            all = Stream.empty();
        } else if (value instanceof Collection<?> collection) {
            all = collection.stream();
        } else if (value.getClass().isArray()) {
            all = IntStream.range(0, Array.getLength(value)).mapToObj(i -> Array.get(value, i));
        } else {
            all = Stream.of(value);
        }
        return all.filter(Objects::nonNull)
                .map(each -> each.toString().strip())
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** A text, or null if there is none. A list of one is that one; of several none is preferred to the others. */
    String text(String name) {
        List<String> texts = texts(name);
        if (texts.size() > 1) {
            refuse("the setting " + name + " has " + texts.size() + " values; it must have one");
        }
        return texts.size() == 1 ? texts.get(0) : null;
    }

    String required(String name, String example) {
        String text = text(name);
        if (text == null && isMissing(name)) {
            problems.add("the setting " + name + " is missing; an example is " + name + "=" + example);
        }
        return text == null ? "" : text;
    }

    boolean isFalseOrMissing(String name) {
        return texts(name).stream().allMatch("false"::equalsIgnoreCase);
    }

    private boolean isMissing(String name) {
        return texts(name).isEmpty();
    }

    /** Something is wrong that no single setting tells. */
    void refuse(String problem) {
        problems.add(problem);
    }

    /** Whoever wrote them expects that nothing goes over a socket in plain text. */
    void askForTls() {
        askingForTls = true;
    }

    int port(String name, int least) {
        int[] port = {0};
        if (isMissing(name)) {
            problems.add("the setting " + name + " is missing; it must be a number from " + least + " to 65535");
        }
        number(name, number -> {
            if (number < least || number > 65535) {
                throw new IllegalArgumentException("it must be from " + least + " to 65535");
            }
            port[0] = (int) number;
        });
        return port[0];
    }

    void integer(String name, IntConsumer option) {
        number(name, number -> option.accept(toInt(number)));
    }

    /** What is less than any int is so for the range of the option too, which tells better what it may be. */
    private static int toInt(long number) {
        if (number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("it must be at most " + Integer.MAX_VALUE);
        }
        return (int) Math.max(number, Integer.MIN_VALUE);
    }

    int integer(String name, int least, int otherwise) {
        int[] read = {otherwise};
        integer(name, value -> {
            if (value < least) {
                throw new IllegalArgumentException("it must be " + least + " or more");
            }
            read[0] = value;
        });
        return read[0];
    }

    private void number(String name, LongConsumer option) {
        accept(name, "a whole number, such as 100", text -> option.accept(toLong(new BigInteger(text))));
    }

    private static long toLong(BigInteger number) {
        if (number.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("it must be at most " + LARGEST);
        }
        return number.max(LARGEST.negate()).longValue();
    }

    Duration duration(String name, Duration otherwise) {
        Duration[] read = {otherwise};
        duration(name, value -> read[0] = value);
        return read[0];
    }

    void duration(String name, Consumer<Duration> option) {
        accept(name, "a time with its unit, such as 500ms, 10s, 5m or 1h", text -> {
            Duration value = duration(text);
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("it must be from zero to " + LONGEST.toDays() + " days");
            }
            option.accept(value);
        });
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long nanos = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)).toNanos();
            return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * nanos));
        }
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new NumberFormatException();
        }
    }

    void size(String name, LongConsumer option) {
        accept(name, "a size in bytes, such as 65536, 512KiB or 64MiB", text -> option.accept(size(text)));
    }

    /** A size of at most 2 GiB. */
    void smallSize(String name, IntConsumer option) {
        size(name, size -> option.accept(toInt(size)));
    }

    void bool(String name, Consumer<Boolean> option) {
        choice(name, List.of("true", "false"), text -> option.accept(Boolean.valueOf(text)));
    }

    void choice(String name, List<String> possible, Consumer<String> option) {
        accept(name, "one of " + String.join(", ", possible), text -> {
            String value = text.toLowerCase(Locale.ROOT);
            if (!possible.contains(value)) {
                throw new NumberFormatException();
            }
            option.accept(value);
        });
    }

    /** Several texts, as an array, or as one text with semicolons between them. */
    void list(String name, Consumer<List<String>> option) {
        List<String> given = texts(name);
        List<String> texts = given.size() != 1
                ? given
                : Stream.of(given.get(0).split(";"))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
        if (!texts.isEmpty()) {
            refuseIfBad(name, String.join("; ", texts), () -> option.accept(texts));
        }
    }

    /** A size, or a share of the heap. */
    void memory(String name, LongConsumer option) {
        accept(name, "a size in bytes, such as 64MiB, or a share of the heap, such as 25%", text -> {
            Matcher share = SHARE.matcher(text);
            option.accept(share.matches()
                    ? Runtime.getRuntime().maxMemory() * Integer.parseInt(share.group(1)) / 100
                    : size(text));
        });
    }

    private static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new NumberFormatException();
        }
        return toLong(new BigInteger(matcher.group(1)).shiftLeft(SHIFTS.get(matcher.group(2).toLowerCase(Locale.ROOT))));
    }

    private void accept(String name, String form, Consumer<String> option) {
        String text = text(name);
        if (text == null) {
            return;
        }
        refuseIfBad(name, text, () -> {
            try {
                option.accept(text);
            } catch (NumberFormatException | ArithmeticException e) {
                problems.add("the setting " + name + " is " + text + "; it must be " + form);
            }
        });
    }

    private void refuseIfBad(String name, String text, Runnable option) {
        try {
            option.run();
        } catch (IllegalArgumentException e) {
            String why = e.getMessage();
            problems.add("the setting " + name + " is " + text + "; " + why.substring(why.lastIndexOf("it must")));
        }
    }

    /**
     * Tells what is wrong, a name that is nearly that of a setting too, or was one before, or looks like one of TLS. Other
     * names are the user's own.
     */
    void check() throws InvalidConfigurationException {
        boolean aboutTls = false;
        for (String name : new TreeSet<>(values.keySet())) {
            if (isOthers(name)) {
                String like = meant(name);
                if (TlsNames.isAlike(name)) {
                    aboutTls = true;
                    refuseTls(name, like);
                } else if (like != null) {
                    refuse("there is no setting " + name + "; did you mean " + like + "?");
                }
            }
        }
        if (aboutTls && known.contains(TlsNames.ON)) {
            refuse("the settings of TLS are "
                    + known.stream().filter(TlsNames::isSetting).collect(Collectors.joining(", "))
                    + "; without " + TlsNames.ON + "=true nothing is encrypted");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems, askingForTls || aboutTls);
        }
    }

    /** The setting that a name was probably meant for, or null. */
    private String meant(String name) {
        String now = FormerNames.now(name);
        return now != null && known.contains(now)
                ? now
                : known.stream().filter(other -> isLike(name, other)).findFirst().orElse(null);
    }

    private void refuseTls(String name, String like) {
        if (known.contains(TlsNames.ON)) {
            refuse("there is no setting " + name + "; did you mean " + (like == null ? TlsNames.meant(name, known) : like) + "?");
        } else {
            refuse("there is no setting " + name + " here: servers and clients have TLS, what is inside the JVM has not");
        }
    }

    /** Whether a name is neither that of a setting nor one that the container gives to each configuration. */
    private boolean isOthers(String name) {
        return !known.contains(name)
                && !name.startsWith(".")
                && !name.startsWith("service.")
                && !name.startsWith("component.")
                && !name.startsWith("felix.");
    }

    /** The user's own properties, which are passed on to the services. */
    Map<String, Object> others() {
        Map<String, Object> others = new HashMap<>();
        values.forEach((name, value) -> {
            if (isOthers(name) && PUBLISHED.stream().noneMatch(name::equalsIgnoreCase)) {
                others.put(name, value);
            }
        });
        return Collections.unmodifiableMap(others);
    }

    private static boolean isLike(String name, String other) {
        if (name.equalsIgnoreCase(other) || isAnagram(name, other)) {
            return true;
        }
        return !name.isEmpty()
                && other.length() > SHORT / 2
                && name.charAt(0) == other.charAt(0)
                && distance(name, other) <= (other.length() > SHORT ? 2 : 1);
    }

    private static boolean isAnagram(String name, String other) {
        return name.length() == other.length()
                && Arrays.equals(name.chars().sorted().toArray(), other.chars().sorted().toArray());
    }

    /** How many characters must be changed, added or left out. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
