package org.slimta.bus.impl.proxy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusProxy;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.impl.handling.Responder;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.transaction.ForwardableBatch;

/**
 * Passes transactions from one bus through a filter to another.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FilterProxy<Q, R> implements BusProxy {

    private static final Logger LOG = BusLog.of(BusKind.PROXY.label(), null);
    /** How long {@link #run} waits for a request before it checks for an interrupt. */
    private static final Duration RECEIVE_TIMEOUT = Duration.ofMinutes(1);

    private final BusServer<Q, R> from;
    private final BusClient<Q, R> to;
    private final BusFilter<Q, R> filter;
    private final Responder responder;
    private final String filterName;
    private final BusObservers observers;

    /**
     * Creates a proxy.
     *
     * @param from the server that it receives from, not null
     * @param to the client that its filter sends with, not null
     * @param filter called with each transaction, not null
     * @param observers the observers of the proxy, not null
     */
    public FilterProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter, BusObservers observers) {
        this.observers = observers;
        this.from = from;
        this.to = to;
        this.filter = filter;
        this.responder = new Responder(from::name, new BoundedLog(LOG));
        this.filterName = "filter " + filter.getClass().getName();
    }

    @Override
    public void accept() throws BusException, InterruptedException {
        pass(from.recvRequest());
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pass(from.recvRequest(RECEIVE_TIMEOUT));
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
        Observed observed =
                observers.calling(Role.FILTER, filter, transaction, ForwardableBatch.observedOf(transaction));
        ForwardingClient<Q, R> client = new ForwardingClient<>(to, transaction, observed);
        Observed.Scope entered = Observed.enter(observed);
        try {
            CompletionStage<List<R>> stage = filter.filter(transaction, client);
            if (stage == null) {
                String message = filterName + " returned null; it must return a stage of responses";
                throw new BusException(Reason.HANDLER, message, new NullPointerException("the stage is null"));
            }
            stage.whenComplete((responses, failure) -> {
                if (failure == null) {
                    observedEnd(observed, responder.respond(transaction, responses, Outcome.UNKNOWN, filterName));
                } else {
                    fail(transaction, failure, client, observed);
                }
            });
        } catch (InterruptedException e) {
            fail(transaction, e, client, observed);
            LOG.warn(
                    "{}: {} was interrupted, or threw InterruptedException; the proxy receives no more requests until"
                            + " run() is called again",
                    this,
                    filterName);
            throw e;
        } catch (Throwable e) {
            fail(transaction, e, client, observed);
        } finally {
            entered.leave();
        }
    }

    private void fail(
            ServerTransaction<Q, R> transaction, Throwable failure, ForwardingClient<Q, R> client, Observed observed) {
        Outcome outcome = client.passedOn().outcome(Responder.unwrap(failure));
        observedEnd(observed, responder.fail(transaction, failure, outcome, filterName));
    }

    private static void observedEnd(Observed observed, BusException failure) {
        if (observed != null) {
            observed.ended(failure);
        }
    }

    @Override
    public String toString() {
        return "proxy from " + from.name() + " to " + to.name();
    }
}
