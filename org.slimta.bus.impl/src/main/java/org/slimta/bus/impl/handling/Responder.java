package org.slimta.bus.impl.handling;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.text.Described;

/**
 * Ends transactions with the results of handlers and filters. Whatever these return or throw, such as a list that fails
 * when it is read or an exception whose message cannot be read, the transaction ends, no exception leaves this class,
 * and the log stays bounded. Thread-safe.
 */
public final class Responder {

    private final Supplier<String> busName;
    private final BoundedLog log;

    /**
     * Creates a responder for one bus.
     *
     * @param busName supplies the name of the bus, for the log; not null
     * @param log where failures are logged, not null
     */
    public Responder(Supplier<String> busName, BoundedLog log) {
        this.busName = busName;
        this.log = log;
    }

    /**
     * Sends responses, or fails the transaction if that is not possible.
     *
     * @param <R> type of the responses
     * @param transaction the transaction, not null
     * @param responses what a handler or a filter returned; null, null elements, a wrong number of responses and a list
     *     that throws count as its failures
     * @param ifMismatched the outcome of the transaction if the number of responses is wrong
     * @param source what returned the responses; its {@code toString()} is used in messages
     * @return the failure, or null if the responses were sent
     */
    public <R> BusException respond(
            ServerTransaction<?, R> transaction, List<? extends R> responses, Outcome ifMismatched, Object source) {
        List<R> read;
        try {
            read = List.copyOf(responses);
        } catch (NullPointerException e) {
            String message = source + " returned null for a response, or for the list of them";
            return fail(transaction, new BusException(Reason.HANDLER, message, e), Outcome.UNKNOWN, source);
        } catch (Throwable e) {
            String message = source + " returned responses that cannot be read: " + Described.of(e);
            return fail(transaction, new BusException(Reason.HANDLER, message, e), Outcome.UNKNOWN, source);
        }
        try {
            transaction.sendResponse(read);
            return null;
        } catch (BusException e) {
            if (e.reason() == Reason.MISMATCH) {
                String message = source + " returned " + read.size() + " responses to "
                        + transaction.requests().size() + " requests; there must be one for each";
                warn(message, null); // A fault of the handler, which its own bundle should learn of.
                return fail(transaction, new BusException(Reason.MISMATCH, message), ifMismatched, source);
            }
            if (e.reason() != Reason.CLOSED) {
                warn(e.getMessage(), null);
            }
            return e;
        } catch (Throwable e) {
            String message = source + " returned responses that cannot be sent: " + Described.of(e);
            return fail(transaction, new BusException(Reason.HANDLER, message, e), Outcome.UNKNOWN, source);
        }
    }

    /**
     * Fails the transaction.
     *
     * @param transaction the transaction, not null
     * @param failure what a handler or a filter failed with, not null; a {@link BusException} keeps its reason,
     *     everything else becomes {@code HANDLER}
     * @param outcome the outcome of the transaction; that of the failure may be about another transaction
     * @param source what failed; its {@code toString()} is used in messages
     * @return what the transaction has failed with
     */
    public BusException fail(ServerTransaction<?, ?> transaction, Throwable failure, Outcome outcome, Object source) {
        Throwable cause = unwrap(failure);
        Reason reason = reasonOf(failure);
        String message =
                cause instanceof BusException known ? messageOf(known) : source + " failed: " + Described.of(cause);
        if (!(cause instanceof BusException)) {
            warn(message, cause);
        } else if (cause.getCause() != null) {
            warn(message, cause.getCause());
        }
        try {
            transaction.fail(reason, outcome, message);
        } catch (Throwable e) {
            warn(
                    message + "; the client was not notified: the transaction had ended before, or sending failed: "
                            + Described.of(e),
                    null);
        }
        return new BusException(reason, outcome, message, cause);
    }

    /**
     * The reason of a failure.
     *
     * @param failure what a handler or a filter failed with, not null
     * @return its own reason if it is a {@link BusException}, else {@code HANDLER}
     */
    public static Reason reasonOf(Throwable failure) {
        return unwrap(failure) instanceof BusException known && known.reason() != null
                ? known.reason()
                : Reason.HANDLER;
    }

    /**
     * The message of a failure.
     *
     * @param failure what a handler or a filter failed with, not null
     * @return its own message if it is a {@link BusException}, else its class and message; never null
     */
    public static String messageOf(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof BusException known ? messageOf(known) : Described.of(cause);
    }

    private static String messageOf(BusException known) {
        try {
            return String.valueOf(known.getMessage());
        } catch (RuntimeException | Error e) {
            return Described.of(known);
        }
    }

    /**
     * What a handler or a filter failed with, without what a stage has wrapped it in.
     *
     * @param failure the failure, not null
     * @return the failure itself, or its cause
     */
    public static Throwable unwrap(Throwable failure) {
        boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wraps && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Logs without the exception if the exception cannot be printed: that is code of users. */
    private void warn(String message, Throwable cause) {
        String line = message.startsWith("bus ") ? message : "bus " + busName.get() + ": " + message;
        try {
            log.warn(line, cause);
        } catch (RuntimeException | Error e) {
            log.warn(line, null);
        }
    }
}
