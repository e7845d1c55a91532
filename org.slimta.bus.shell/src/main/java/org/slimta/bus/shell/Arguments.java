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

/** What a command was given: options, each with a value, and the rest. */
final class Arguments {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> rest = new ArrayList<>();
    private boolean help;

    /** What is done with the arguments. */
    @FunctionalInterface
    interface Command {
        void run(Arguments arguments) throws CommandException;
    }

    private Arguments() {}

    /** Runs a command, or prints its help, or what is wrong. */
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
            if (e.withHelp()) {
                System.out.println();
                System.out.print(help);
            }
        }
    }

    /** The arguments with the elements of lists in place of the lists. */
    static String[] flat(Object[] given) {
        return Arrays.stream(given)
                .flatMap(argument -> argument instanceof Collection<?> list ? list.stream() : Stream.of(argument))
                .map(argument -> argument == null ? null : argument.toString())
                .toArray(String[]::new);
    }

    private static Arguments read(Set<String> known, String[] given) throws CommandException {
        Arguments arguments = new Arguments();
        boolean optionsOver = false;
        for (int i = 0; i < given.length; i++) {
            String argument = given[i];
            if (argument == null) {
                throw CommandException.withHelp("An argument is null: is a variable not set?");
            }
            if (optionsOver || argument.length() < 2 || argument.charAt(0) != '-') {
                arguments.rest.add(argument);
            } else if (argument.equals("--")) {
                optionsOver = true;
            } else if (argument.equals("--help")) {
                arguments.help = true;
                return arguments;
            } else if (!known.contains(argument)) {
                throw CommandException.withHelp("There is no option " + argument + ".");
            } else if (i + 1 == given.length || given[i + 1] == null || given[i + 1].startsWith("--")) {
                throw CommandException.withHelp(argument + " needs a value.");
            } else {
                i++;
                arguments.options.computeIfAbsent(argument, option -> new ArrayList<>()).add(given[i]);
            }
        }
        return arguments;
    }

    /** What is no option; those that there must be have names. */
    List<String> rest(int least, int most, String... names) throws CommandException {
        if (rest.size() < least) {
            throw CommandException.withHelp(names[rest.size()] + " is missing.");
        }
        if (rest.size() > most) {
            throw CommandException.withHelp("Unexpected argument '" + rest.get(most) + "'.");
        }
        return rest;
    }

    /** The values of an option, perhaps none. */
    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** The last value of an option, or null. */
    String value(String option) {
        List<String> values = values(option);
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    Duration duration(String option, Duration otherwise) throws CommandException {
        String value = value(option);
        if (value == null) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
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
                + "'; it must be a number with its unit, as 500ms, 30s, 2m or 1h, from 10ms to 24h.");
    }

    int number(String option, int otherwise) throws CommandException {
        String value = value(option);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw CommandException.withHelp(option + " is '" + value + "'; it must be a number.");
        }
        return Integer.parseInt(value);
    }
}
