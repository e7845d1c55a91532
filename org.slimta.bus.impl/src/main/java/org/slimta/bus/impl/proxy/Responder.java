package org.slimta.bus.impl.proxy;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.text.Described;

/**
 * Ends transactions with what handlers and filters made of them. Whatever that is, a list that fails when it is read or an
 * exception that fails to tell its message, the transaction ends, nothing is thrown, and the log stays bounded. Thread-safe.
 */
public final class Responder {

    private final Supplier<String> bus;
    private final BoundedLog log;

    /**
     * A responder of one bus.
     *
     * @param bus tells its name
     * @param log where failures are told
     */
    public Responder(Supplier<String> bus, BoundedLog log) {
        this.bus = bus;
        this.log = log;
    }

    /**
     * Answers, or fails the transaction if that is not possible.
     *
     * @param <R> type of the responses
     * @param transaction the transaction
     * @param responses what a handler or a filter gave; null, nulls, a wrong number and a list that fails are its failures
     * @param by tells, as text, whose responses these are
     * @return why it failed, or null if it was answered
     */
    public <R> Reason answer(ServerTransaction<?, R> transaction, List<? extends R> responses, Object by) {
        List<R> read;
        try {
            read = List.copyOf(responses);
        } catch (NullPointerException e) {
            return fail(transaction, new BusException(Reason.HANDLER, by + " gave null as a response, or as all of them", e), by);
        } catch (Throwable e) {
            String what = by + " gave responses that cannot be read: " + Described.of(e);
            return fail(transaction, new BusException(Reason.HANDLER, what, e), by);
        }
        try {
            transaction.sendResponse(read);
            return null;
        } catch (BusException e) {
            if (e.reason() == Reason.MISMATCH) {
                String what = by + " gave " + read.size() + " responses to " + transaction.requests().size()
                        + " requests; there must be one for each";
                return fail(transaction, new BusException(Reason.MISMATCH, what), by);
            }
            if (e.reason() != Reason.CLOSED) {
                warn(e.getMessage(), null);
            }
            return e.reason();
        } catch (Throwable e) {
            String what = by + " gave responses that could not be sent: " + Described.of(e);
            return fail(transaction, new BusException(Reason.HANDLER, what, e), by);
        }
    }

    /**
     * Fails the transaction.
     *
     * @param transaction the transaction
     * @param failure what a handler or a filter failed with; a {@link BusException} with its reason, all else with
     *     {@code HANDLER}
     * @param by tells, as text, what failed
     * @return the reason
     */
    public Reason fail(ServerTransaction<?, ?> transaction, Throwable failure, Object by) {
        Throwable cause = unwrapped(failure);
        Reason reason = reasonOf(failure);
        String message = cause instanceof BusException known
                ? String.valueOf(known.getMessage())
                : by + " failed: " + Described.of(cause);
        if (!(cause instanceof BusException)) {
            warn(message, cause);
        } else if (cause.getCause() != null) {
            warn(message, cause.getCause());
        }
        try {
            transaction.fail(reason, message);
        } catch (Throwable e) {
            warn(message + "; its transaction had ended before, or could not be told: " + Described.of(e), null);
        }
        return reason;
    }

    /**
     * The reason that a failure stands for.
     *
     * @param failure what a handler or a filter failed with
     * @return its own reason if it is a {@link BusException}, else {@code HANDLER}
     */
    public static Reason reasonOf(Throwable failure) {
        return unwrapped(failure) instanceof BusException known && known.reason() != null ? known.reason() : Reason.HANDLER;
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wraps && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** A logger prints the exception, which may fail. */
    private void warn(String message, Throwable cause) {
        String line = message.startsWith("bus ") ? message : "bus " + bus.get() + ": " + message;
        try {
            log.warn(line, cause);
        } catch (RuntimeException | Error e) {
            log.warn(line, null);
        }
    }
}
