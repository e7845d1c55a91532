package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The arguments of a program: {@code name=value}, each with a default or required. */
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

    int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    /** A number of milliseconds. */
    Duration millis(String name, int otherwise) {
        return Duration.ofMillis(number(name, otherwise));
    }
}
