package org.slimta.bus.shell;

import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;

/** The session that called a command and reads its output. */
final class Output {

    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CommandSession session;

    Output(CommandSession session) {
        this.session = session;
    }

    /**
     * Whether the session has ended, for example because the client of a remote shell has lost its connection. A shell
     * does not interrupt the command then. {@link System#out} alone does not show it: it is a pipe to the console,
     * whose failures are silent.
     */
    boolean hasEnded() {
        return System.out.checkError() || session.getConsole().checkError();
    }

    /**
     * Blocks until a deadline, or until the session has ended, which is checked every second.
     *
     * @param deadline a time of {@link System#nanoTime()}
     * @return whether the session still exists
     */
    boolean await(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            if (hasEnded()) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, CHECK_INTERVAL_NANOS));
        }
        return !hasEnded();
    }
}
