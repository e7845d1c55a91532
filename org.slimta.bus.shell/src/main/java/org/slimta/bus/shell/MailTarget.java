package org.slimta.bus.shell;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** The bus that mail is sent to. Closing it releases the client. */
final class MailTarget implements AutoCloseable {

    /** Extra time for a client with the same timeout: the message of its own timeout says more. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final BusClient<Message, Reply> client;
    private final Duration timeout;
    private final Runnable release;

    MailTarget(BusClient<Message, Reply> client, Duration timeout, Runnable release) {
        this.client = client;
        this.timeout = timeout;
        this.release = release;
    }

    Reply send(Message message) throws BusException, InterruptedException {
        try {
            return client.sendRequest(List.of(message))
                    .response()
                    .toCompletableFuture()
                    .get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                    .get(0);
        } catch (TimeoutException e) {
            throw new BusException(
                    Reason.TIMEOUT,
                    "no reply over " + client.name() + " within " + timeout.toMillis()
                            + " ms (--timeout); the mail is still being sent, and may be delivered until the"
                            + " responseTimeout of the bus ends",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BusException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
