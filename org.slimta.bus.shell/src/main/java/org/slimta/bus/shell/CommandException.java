package org.slimta.bus.shell;

/** A command cannot do what it was asked. The message is for the person at the shell. */
final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean withHelp;

    private CommandException(String message, boolean withHelp) {
        super(message);
        this.withHelp = withHelp;
    }

    static CommandException of(String message) {
        return new CommandException(message, false);
    }

    /** The arguments are wrong, so the help is due. */
    static CommandException withHelp(String message) {
        return new CommandException(message, true);
    }

    boolean withHelp() {
        return withHelp;
    }
}
