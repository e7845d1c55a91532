package org.slimta.bus.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The arguments of a command: options, each with a value, and positional arguments. */
final class Arguments {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> positional = new ArrayList<>();
    private boolean help;

    /** The work of a command. */
    @FunctionalInterface
    interface Command {
        void run(Arguments arguments) throws CommandException;
    }

    private Arguments() {}

    /** Runs a command. Prints its help instead if that is asked for, and what is wrong if it cannot run. */
    static void run(String help, Set<String> known, String[] given, Command command) {
        try {
            Arguments arguments = read(known, given);
            if (arguments.help) {
                System.out.print(help);
            } else {
                command.run(arguments);
            }
        } catch (CommandException e) {
            System.out.println(e.getMessage());
            if (e.showsHelp()) {
                System.out.println();
                System.out.print(help);
            }
        }
    }

    /** {@return the arguments as texts, with the elements of lists in place of the lists} */
    static String[] flatten(Object[] given) {
        return Arrays.stream(given)
                .flatMap(argument -> argument instanceof Collection<?> list ? list.stream() : Stream.of(argument))
                .map(argument -> argument == null ? null : argument.toString())
                .toArray(String[]::new);
    }

    private static Arguments read(Set<String> known, String[] given) throws CommandException {
        Arguments arguments = new Arguments();
        boolean optionsEnded = false;
        for (int i = 0; i < given.length; i++) {
            String argument = given[i];
            if (argument == null) {
                throw CommandException.withHelp("An argument is null; is a shell variable unset?");
            }
            if (optionsEnded || argument.length() < 2 || argument.charAt(0) != '-') {
                arguments.positional.add(argument);
            } else if (argument.equals("--")) {
                optionsEnded = true;
            } else if (argument.equals("--help")) {
                arguments.help = true;
                return arguments;
            } else if (!known.contains(argument)) {
                throw CommandException.withHelp("Unknown option " + argument + ".");
            } else if (i + 1 == given.length || given[i + 1] == null || given[i + 1].startsWith("--")) {
                throw CommandException.withHelp("Option " + argument + " needs a value.");
            } else {
                i++;
                arguments
                        .options
                        .computeIfAbsent(argument, option -> new ArrayList<>())
                        .add(given[i]);
            }
        }
        return arguments;
    }

    /**
     * The arguments that are not options.
     *
     * @param min the smallest number of them
     * @param max the largest number of them
     * @param names the names of the first {@code min} ones, for the message if they are missing
     */
    List<String> positional(int min, int max, String... names) throws CommandException {
        if (positional.size() < min) {
            throw CommandException.withHelp("Missing argument " + names[positional.size()] + ".");
        }
        if (positional.size() > max) {
            throw CommandException.withHelp("Unexpected argument '" + positional.get(max) + "'.");
        }
        return positional;
    }

    /** {@return the values of an option in the order in which they were given; empty if there are none} */
    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** {@return the last value of an option, or null} */
    String value(String option) {
        List<String> values = values(option);
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /** {@return the value of an option from 10 ms to 24 hours, or the default value if the option is not given} */
    Duration duration(String option, Duration defaultValue) throws CommandException {
        String value = value(option);
        if (value == null) {
            return defaultValue;
        }
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
            if (duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        }
        throw CommandException.withHelp(option + " is '" + value
                + "'; it must be a duration with a unit, such as 500ms, 30s, 2m or 1h, from 10ms to 24h.");
    }

    /** {@return the value of an option as a whole number, or the default value if the option is not given} */
    int number(String option, int defaultValue) throws CommandException {
        String value = value(option);
        if (value == null) {
            return defaultValue;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw CommandException.withHelp(option + " is '" + value + "'; it must be a whole number, such as 10.");
        }
        return Integer.parseInt(value);
    }
}
