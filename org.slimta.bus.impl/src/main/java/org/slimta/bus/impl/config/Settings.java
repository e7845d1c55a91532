package org.slimta.bus.impl.config;

import java.lang.reflect.Array;
import java.time.Duration;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slimta.bus.api.BusConstants;

/**
 * The settings of one configuration. Numbers may be strings. All problems are collected, so that {@link #check}
 * reports them together. A setting that is read, with whatever method, is known; names that nobody has read are
 * custom properties or mistakes. Not thread-safe.
 */
final class Settings {

    private static final Duration MAX_DURATION = Duration.ofDays(365);
    private static final int MAX_PORT = 65535;

    /** Properties of the services that have the values of the bus, whatever the configuration says. */
    private static final List<String> PUBLISHED = List.of(BusConstants.BUS_KIND, BusConstants.BUS_ADDRESS);

    private final Map<String, Object> values;
    private final Set<String> known = new TreeSet<>();
    private final Set<String> problems = new LinkedHashSet<>(); // A set, since a setting may be read twice.

    private boolean requestingTls;

    Settings(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * {@return the values of a setting that are not blank} Configuration Admin has single values, arrays and
     * collections.
     */
    private List<String> texts(String name) {
        known.add(name);
        return texts(values.get(name))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static Stream<String> texts(Object value) {
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
        return all.filter(Objects::nonNull).map(Object::toString);
    }

    /** {@return a value of Configuration Admin as text for reports} */
    static String describe(Object value) {
        return texts(value).collect(Collectors.joining(", "));
    }

    /**
     * {@return the value of a setting, or null if it has none} Several values are a problem, and none of them is
     * used.
     */
    String text(String name) {
        List<String> texts = texts(name);
        if (texts.size() > 1) {
            addProblem("the setting " + name + " has " + texts.size() + " values; it must have one");
        }
        return texts.size() == 1 ? texts.get(0) : null;
    }

    /** {@return the value of a setting that must have one, or an empty string if it has none} */
    String required(String name, String example) {
        String text = text(name);
        if (text == null && isMissing(name)) {
            addProblem("the setting " + name + " is missing; set for example " + name + "=" + example);
        }
        return text == null ? "" : text;
    }

    boolean isFalseOrMissing(String name) {
        return texts(name).stream().allMatch("false"::equalsIgnoreCase);
    }

    /** {@return whether a setting has a value} */
    boolean isPresent(String name) {
        return !isMissing(name);
    }

    private boolean isMissing(String name) {
        return texts(name).isEmpty();
    }

    /** Adds a problem that no method of this class finds. */
    void addProblem(String problem) {
        problems.add(problem);
    }

    /** Notes that the author of the configuration expects TLS. */
    void requestTls() {
        requestingTls = true;
    }

    int port(String name, int min) {
        int[] port = {0};
        if (isMissing(name)) {
            addProblem("the setting " + name + " is missing; it must be a number from " + min + " to " + MAX_PORT);
        }
        number(name, number -> {
            if (number < min || number > MAX_PORT) {
                throw new IllegalArgumentException("it must be from " + min + " to " + MAX_PORT);
            }
            port[0] = (int) number;
        });
        return port[0];
    }

    void integer(String name, IntConsumer option) {
        number(name, number -> option.accept(Units.toInt(number)));
    }

    int integer(String name, int min, int defaultValue) {
        int[] read = {defaultValue};
        integer(name, value -> {
            if (value < min) {
                throw new IllegalArgumentException("it must be " + min + " or more");
            }
            read[0] = value;
        });
        return read[0];
    }

    private void number(String name, LongConsumer option) {
        accept(name, "a whole number, such as 100", text -> option.accept(Units.number(text)));
    }

    Duration duration(String name, Duration defaultValue) {
        Duration[] read = {defaultValue};
        duration(name, value -> read[0] = value);
        return read[0];
    }

    void duration(String name, Consumer<Duration> option) {
        accept(name, "a duration with a unit, such as 500ms, 10s, 5m or 1h", text -> {
            Duration value = Units.duration(text);
            if (value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
                throw new IllegalArgumentException("it must be from zero to " + MAX_DURATION.toDays() + " days");
            }
            option.accept(value);
        });
    }

    void size(String name, LongConsumer option) {
        accept(name, "a size in bytes, such as 65536, 512KiB or 64MiB", text -> option.accept(Units.size(text)));
    }

    /** Reads a size of at most 2 GiB. */
    void smallSize(String name, IntConsumer option) {
        size(name, size -> option.accept(Units.toInt(size)));
    }

    /** Reads a size, or a percentage of the heap. */
    void memory(String name, LongConsumer option) {
        accept(
                name,
                "a size in bytes, such as 64MiB, or a percentage of the heap, such as 25%",
                text -> option.accept(Units.memory(text)));
    }

    void bool(String name, Consumer<Boolean> option) {
        choice(name, List.of("true", "false"), text -> option.accept(Boolean.valueOf(text)));
    }

    /** Reads one of several values, given in lower case; the setting may be in upper case. */
    void choice(String name, List<String> allowed, Consumer<String> option) {
        accept(name, "one of " + String.join(", ", allowed), text -> {
            String value = text.toLowerCase(Locale.ROOT);
            if (!allowed.contains(value)) {
                throw new NumberFormatException();
            }
            option.accept(value);
        });
    }

    /** Reads several values: an array, a collection, or one text in which semicolons separate them. */
    void list(String name, Consumer<List<String>> option) {
        List<String> given = texts(name);
        List<String> texts = given.size() != 1
                ? given
                : Stream.of(given.get(0).split(";"))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
        if (!texts.isEmpty()) {
            collectProblem(name, String.join("; ", texts), () -> option.accept(texts));
        }
    }

    /** Passes a value to an option, if there is one. The form is for a value that cannot be parsed. */
    private void accept(String name, String form, Consumer<String> option) {
        String text = text(name);
        if (text == null) {
            return;
        }
        collectProblem(name, text, () -> {
            try {
                option.accept(text);
            } catch (NumberFormatException | ArithmeticException e) {
                addProblem("the setting " + name + " is " + text + "; it must be " + form);
            }
        });
    }

    /** What an option says after "it must" is the advice; before that, it names the option and its value. */
    private void collectProblem(String name, String text, Runnable option) {
        try {
            option.run();
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage();
            int advice = reason.lastIndexOf("it must");
            addProblem("the setting " + name + " is " + text + "; " + (advice < 0 ? reason : reason.substring(advice)));
        }
    }

    /**
     * Reports all problems. An unknown name is one of them if it is nearly the name of a known setting, if it is a
     * former name of one, or if it looks like a TLS setting. Other unknown names are custom properties.
     *
     * @throws InvalidConfigurationException if there is any problem
     */
    void check() throws InvalidConfigurationException {
        boolean hasTlsMistake = false;
        for (String name : new TreeSet<>(values.keySet())) {
            if (isUnknown(name)) {
                String suggestion = suggestion(name);
                if (TlsNames.isAlike(name)) {
                    hasTlsMistake = true;
                    addTlsMistake(name, suggestion);
                } else if (suggestion != null) {
                    addMistake(name, suggestion);
                }
            }
        }
        if (hasTlsMistake && known.contains(TlsNames.TLS)) {
            String all = known.stream().filter(TlsNames::isSetting).collect(Collectors.joining(", "));
            addProblem("the TLS settings are " + all + "; without " + TlsNames.TLS + "=true nothing is encrypted");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems, requestingTls || hasTlsMistake);
        }
    }

    /** {@return the known setting that was probably meant, or null} */
    private String suggestion(String name) {
        String present = FormerNames.presentName(name);
        return present != null && known.contains(present)
                ? present
                : known.stream()
                        .filter(other -> Spelling.isLike(name, other))
                        .findFirst()
                        .orElse(null);
    }

    private void addMistake(String name, String suggestion) {
        addProblem("unknown setting " + name + "; did you mean " + suggestion + "?");
    }

    private void addTlsMistake(String name, String suggestion) {
        if (known.contains(TlsNames.TLS)) {
            addMistake(name, suggestion == null ? TlsNames.suggestion(name, known) : suggestion);
        } else {
            addProblem("unknown setting " + name + "; only servers and clients have TLS settings,"
                    + " a bus inside the JVM has no connections to encrypt");
        }
    }

    /** {@return whether a name is neither a known setting nor a name that the container adds to each configuration} */
    private boolean isUnknown(String name) {
        return !known.contains(name)
                && !name.startsWith(".")
                && !name.startsWith("service.")
                && !name.startsWith("component.")
                && !name.startsWith("felix.")
                && !name.startsWith("osgi.ds.")
                && !name.startsWith("org.apache.karaf.")
                && !name.startsWith("webconsole.");
    }

    /** {@return the custom properties, which the services of the bus have too} */
    Map<String, Object> others() {
        Map<String, Object> others = new HashMap<>();
        values.forEach((name, value) -> {
            if (isUnknown(name) && PUBLISHED.stream().noneMatch(name::equalsIgnoreCase)) {
                others.put(name, value);
            }
        });
        return Collections.unmodifiableMap(others);
    }
}
