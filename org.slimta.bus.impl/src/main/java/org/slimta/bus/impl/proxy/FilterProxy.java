package org.slimta.bus.impl.proxy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusProxy;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;

/**
 * Passes transactions from one bus through a filter to another.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FilterProxy<Q, R> implements BusProxy {

    private static final Logger LOG = LoggerFactory.getLogger(FilterProxy.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final BusServer<Q, R> from;
    private final BusClient<Q, R> to;
    private final BusFilter<Q, R> filter;

    /**
     * Makes a proxy.
     *
     * @param from where it receives
     * @param to where its filter sends
     * @param filter what is done with each transaction
     */
    public FilterProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter) {
        this.from = from;
        this.to = to;
        this.filter = filter;
    }

    @Override
    public void accept() throws BusException, InterruptedException {
        pass(from.recvRequest());
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pass(from.recvRequest(PATIENCE));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (BusException e) {
                if (e.reason() != Reason.TIMEOUT) {
                    LOG.debug("{} ends: {}", this, e.getMessage());
                    return;
                }
            }
        }
    }

    private void pass(ServerTransaction<Q, R> transaction) throws InterruptedException {
        CompletionStage<List<R>> responses;
        try {
            responses = filter.filter(transaction.requests(), to);
        } catch (InterruptedException e) {
            fail(transaction, e);
            throw e;
        } catch (Throwable e) {
            fail(transaction, e);
            return;
        }
        if (responses == null) {
            fail(transaction, new NullPointerException("it returned null"));
            return;
        }
        responses.whenComplete((passed, failure) -> {
            if (failure == null) {
                answer(transaction, passed);
            } else {
                fail(transaction, failure);
            }
        });
    }

    private void answer(ServerTransaction<Q, R> transaction, List<R> responses) {
        try {
            transaction.sendResponse(responses);
        } catch (BusException e) {
            if (e.reason() == Reason.MISMATCH) {
                transaction.fail(
                        Reason.MISMATCH,
                        "filter " + filter.getClass().getName() + " gave " + responses.size() + " responses to "
                                + transaction.requests().size() + " requests");
            } else if (e.reason() == Reason.CLOSED) {
                LOG.debug("{} could not pass back responses: {}", this, e.getMessage());
            } else {
                LOG.warn("{} could not pass back responses: {}", this, e.getMessage());
            }
        } catch (NullPointerException e) {
            fail(transaction, e);
        }
    }

    private void fail(ServerTransaction<Q, R> transaction, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BusException passedOn) {
            transaction.fail(passedOn.reason(), passedOn.getMessage());
        } else {
            LOG.warn("{}: filter {} failed a transaction", this, filter.getClass().getName(), cause);
            transaction.fail(Reason.HANDLER, "filter " + filter.getClass().getName() + " failed: " + cause);
        }
    }

    @Override
    public String toString() {
        return "proxy from " + from.name() + " to " + to.name();
    }
}
