package org.slimta.bus.shell;

/** A command cannot run as requested. The message is a sentence for the person at the shell. */
final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean showsHelp;

    private CommandException(String message, boolean showsHelp) {
        super(message);
        this.showsHelp = showsHelp;
    }

    static CommandException of(String message) {
        return new CommandException(message, false);
    }

    /** The arguments are wrong: the help is printed after the message. */
    static CommandException withHelp(String message) {
        return new CommandException(message, true);
    }

    boolean showsHelp() {
        return showsHelp;
    }
}
