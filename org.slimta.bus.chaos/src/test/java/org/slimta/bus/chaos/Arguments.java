package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The arguments of a program: {@code name=value}, each required or with a default. */
final class Arguments {

    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] arguments) {
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            values.put(pair[0], pair[1]);
        }
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

    /** A number of milliseconds. */
    Duration millis(String name, int defaultValue) {
        return Duration.ofMillis(number(name, defaultValue));
    }
}
