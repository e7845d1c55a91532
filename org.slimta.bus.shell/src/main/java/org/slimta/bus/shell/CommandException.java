package org.slimta.bus.shell;

/**
 * A command cannot do what was requested. The message is a sentence for the person at the shell. The shell prints it,
 * and tells scripts that the command has failed.
 */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean isUsageError;

    private CommandException(String message, boolean isUsageError) {
        super(message);
        this.isUsageError = isUsageError;
    }

    static CommandException of(String message) {
        return new CommandException(message, false);
    }

    /** The arguments are wrong: the usage of the command follows the message. */
    static CommandException ofUsage(String message) {
        return new CommandException(message, true);
    }

    boolean isUsageError() {
        return isUsageError;
    }
}
