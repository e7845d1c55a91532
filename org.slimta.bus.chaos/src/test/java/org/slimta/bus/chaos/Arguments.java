package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slimta.bus.api.ServerOptions;

/** The arguments of a program: {@code name=value}, each required or with a default. */
final class Arguments {

    private final Map<String, String> values = new HashMap<>();

    private Arguments() {}

    Arguments(String[] arguments) {
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            values.put(pair[0], pair[1]);
        }
    }

    /** The arguments for one of several targets: what is given as {@code target.name=value} counts for it alone. */
    Arguments about(String target) {
        Arguments some = new Arguments();
        some.values.putAll(values);
        values.forEach((name, value) -> {
            if (name.startsWith(target + ".")) {
                some.values.put(name.substring(target.length() + 1), value);
            }
        });
        return some;
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    String text(String name, String defaultValue) {
        return values.getOrDefault(name, defaultValue);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    int number(String name, int defaultValue) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(defaultValue)));
    }

    /** How much memory a bus may use: the default, or {@code memoryMiB}. */
    long memoryLimit() {
        return has("memoryMiB")
                ? (long) number("memoryMiB", 0) << 20
                : ServerOptions.defaults().memoryLimit();
    }

    /** A number of milliseconds. */
    Duration millis(String name, int defaultValue) {
        return Duration.ofMillis(number(name, defaultValue));
    }
}
