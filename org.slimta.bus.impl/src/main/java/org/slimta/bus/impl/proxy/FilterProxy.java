package org.slimta.bus.impl.proxy;

import java.time.Duration;
import java.util.List;
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
import org.slimta.bus.impl.status.BoundedLog;

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
    private final Responder responder;
    private final String filterName;

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
        this.responder = new Responder(from::name, new BoundedLog(FilterProxy.class));
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
        try {
            CompletionStage<List<R>> stage = filter.filter(transaction, new ForwardingClient<>(to, transaction));
            if (stage == null) {
                String what = filterName + " returned null; it should return a stage of responses";
                responder.fail(transaction, new BusException(Reason.HANDLER, what), filterName);
                return;
            }
            stage.whenComplete((responses, failure) -> {
                if (failure == null) {
                    responder.answer(transaction, responses, filterName);
                } else {
                    responder.fail(transaction, failure, filterName);
                }
            });
        } catch (InterruptedException e) {
            responder.fail(transaction, e, filterName);
            LOG.warn(
                    "{}: {} was interrupted, or threw InterruptedException; nothing more is received until run() is called again",
                    this,
                    filterName);
            throw e;
        } catch (Throwable e) {
            responder.fail(transaction, e, filterName);
        }
    }

    @Override
    public String toString() {
        return "proxy from " + from.name() + " to " + to.name();
    }
}
