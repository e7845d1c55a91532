package org.slimta.bus.shell;

/** A command cannot do what it was asked. The message is for the person at the shell. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean withHelp;

    private Refusal(String message, boolean withHelp) {
        super(message);
        this.withHelp = withHelp;
    }

    static Refusal of(String message) {
        return new Refusal(message, false);
    }

    /** The arguments are wrong, so the help is due. */
    static Refusal withHelp(String message) {
        return new Refusal(message, true);
    }

    boolean withHelp() {
        return withHelp;
    }
}
