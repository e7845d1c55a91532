package org.slimta.bus.shell;

import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;

/** Where a command prints to: the session that called it. */
final class Output {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CommandSession session;

    Output(CommandSession session) {
        this.session = session;
    }

    /**
     * Tells whether the session has gone, as when the client of a remote shell has lost its connection. A shell does not interrupt
     * the command then. Nor does System.out know: it is a pipe to the console, and what fails there fails in silence.
     */
    boolean isGone() {
        return System.out.checkError() || session.getConsole().checkError();
    }

    /**
     * Waits until a moment, or until the session has gone.
     *
     * @param until the moment, of {@code System.nanoTime()}
     * @return whether the session is there
     */
    boolean await(long until) throws InterruptedException {
        for (long rest = until - System.nanoTime(); rest > 0; rest = until - System.nanoTime()) {
            if (isGone()) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(rest, LOOK_NANOS));
        }
        return !isGone();
    }
}
