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

/**
 * The arguments of a command: options and positional arguments. The value of an option is the next argument, or
 * follows an equals sign: {@code --timeout 30s} or {@code --timeout=30s}.
 */
final class Arguments {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final String USAGE = "usage:";
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

    /**
     * Runs a command, or prints its help if that is asked for.
     *
     * @param help the help, with a line for the usage
     * @param known the names of its options; those that have a value end with an equals sign
     * @param given the arguments as the shell passes them
     * @param command does the work
     * @throws CommandException if the command fails; the message has the usage if the arguments are wrong
     */
    static void run(String help, Set<String> known, String[] given, Command command) throws CommandException {
        try {
            Arguments arguments = read(known, given);
            if (arguments.help) {
                System.out.print(help);
            } else {
                command.run(arguments);
            }
        } catch (CommandException e) {
            throw e.isUsageError()
                    ? CommandException.of(e.getMessage() + " Usage: " + usage(help) + " (--help says more)")
                    : e;
        }
    }

    private static String usage(String help) {
        return help.lines()
                .filter(line -> line.startsWith(USAGE))
                .findFirst()
                .orElseThrow()
                .substring(USAGE.length())
                .strip();
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
                throw CommandException.ofUsage("An argument is null; is a shell variable unset?");
            }
            if (optionsEnded || argument.length() < 2 || argument.charAt(0) != '-') {
                arguments.positional.add(argument);
            } else if (argument.equals("--")) {
                optionsEnded = true;
            } else if (argument.equals("--help")) {
                arguments.help = true;
                return arguments;
            } else {
                i += arguments.addOption(known, argument, i + 1 < given.length ? given[i + 1] : null) ? 1 : 0;
            }
        }
        return arguments;
    }

    /** {@return whether the next argument is the value of the option} */
    private boolean addOption(Set<String> known, String argument, String next) throws CommandException {
        int equals = argument.indexOf('=');
        String option = equals < 0 ? argument : argument.substring(0, equals);
        boolean hasValue = known.contains(option + "=");
        if (!hasValue && !known.contains(option)) {
            throw CommandException.ofUsage("Unknown option " + option + ".");
        }
        if (!hasValue && equals >= 0) {
            throw CommandException.ofUsage("Option " + option + " has no value.");
        }
        boolean takesNext = hasValue && equals < 0;
        if (takesNext && (next == null || next.startsWith("--"))) {
            throw CommandException.ofUsage("Option " + option + " needs a value.");
        }
        options.computeIfAbsent(option, any -> new ArrayList<>())
                .add(takesNext ? next : argument.substring(equals + 1));
        return takesNext;
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
            throw CommandException.ofUsage("Missing argument " + names[positional.size()] + ".");
        }
        if (positional.size() > max) {
            throw CommandException.ofUsage("Unexpected argument '" + positional.get(max) + "'.");
        }
        return positional;
    }

    /** {@return whether an option is given} */
    boolean has(String option) {
        return options.containsKey(option);
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
        throw CommandException.ofUsage(option + " is '" + value
                + "'; it must be a duration with a unit, such as 500ms, 30s, 2m or 1h, from 10ms to 24h.");
    }

    /** {@return the value of an option as a whole number, or the default value if the option is not given} */
    int number(String option, int defaultValue) throws CommandException {
        String value = value(option);
        if (value == null) {
            return defaultValue;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw CommandException.ofUsage(option + " is '" + value + "'; it must be a whole number, such as 10.");
        }
        return Integer.parseInt(value);
    }
}
