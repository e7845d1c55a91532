package org.slimta.bus.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** Captures what a command prints, followed by the message of its failure, as a shell prints it. */
final class Printed {

    /** What the message of a failure begins with. */
    static final String FAILED = "failed: ";

    /** A command with its arguments. */
    @FunctionalInterface
    interface Command {
        void run() throws CommandException;
    }

    private Printed() {}

    static String by(Command command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            command.run();
        } catch (CommandException e) {
            System.out.println(FAILED + e.getMessage());
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
