package org.slimta.bus.impl.exchange;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.status.InFlightCount;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.status.TransactionHealth;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.EnvelopeWriter;

/**
 * What a server does with requests that have arrived in frames, whatever carried them: it queues them, counts and logs
 * how they end, and fails those that are not answered in time. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class Reception<Q, R> {

    /** How many attachments may be read at once while they are sent, if reading blocks. */
    private static final int MAX_STREAMS = 256;

    private final PayloadType<Q> requestType;
    private final PayloadType<R> responseType;
    private final Supplier<String> address;
    private final Meter meter = new Meter(Meter.OF_THE_RECEIVER);
    private final TransactionHealth health;
    private final Logger logger;
    private final BoundedLog log;
    private final BusThreads threads;
    private final Inbox<Q, R> inbox;
    private volatile BusObservers observers = BusObservers.NONE;
    private volatile ServerOptions options;
    private volatile ExchangeContext context;

    /**
     * Creates the reception of a new server.
     *
     * @param address supplies the address of the server, for messages
     * @param requestType the type of the requests
     * @param responseType the type of the responses
     * @param options the options of the server
     * @param codecs the codecs that are registered
     * @param threads for deadlines, and for codecs
     * @param watcher is notified of room in the queue
     */
    public Reception(
            Supplier<String> address,
            PayloadType<Q> requestType,
            PayloadType<R> responseType,
            ServerOptions options,
            Codecs codecs,
            Threads threads,
            Inbox.Watcher watcher) {
        this.address = address;
        this.requestType = requestType;
        this.responseType = responseType;
        this.options = options;
        this.logger = BusLog.of(BusKind.SERVER.label(), options.name());
        this.log = new BoundedLog(logger);
        this.health = new TransactionHealth(this::name, logger);
        this.context = ExchangeContext.of(
                threads, codecs, new Failures(this::name), options.limits(), options.missingCodecTimeout());
        this.threads = threads.newBusThreads(name(), MAX_STREAMS);
        this.inbox = new Inbox<>(options.queueSize(), context.failures(), watcher);
    }

    /** {@return the name of the server} */
    public String name() {
        return options.name() == null ? "server " + address.get() : options.name();
    }

    /** {@return the log of the server} */
    public Logger logger() {
        return logger;
    }

    /** {@return the type of the requests} */
    public PayloadType<Q> requestType() {
        return requestType;
    }

    /** {@return the current options} */
    public ServerOptions options() {
        return options;
    }

    /** {@return the current collaborators of transactions} */
    public ExchangeContext context() {
        return context;
    }

    /** {@return the time, in nanoseconds} */
    public long now() {
        return context.now();
    }

    /** {@return the failures of the server} */
    public Failures failures() {
        return context.failures();
    }

    /** {@return the requests that have arrived and were not answered} */
    public Inbox<Q, R> inbox() {
        return inbox;
    }

    /** {@return the counts of how transactions end} */
    public Meter meter() {
        return meter;
    }

    /** {@return the observers of the server} */
    public BusObservers observers() {
        return observers;
    }

    /**
     * Sets the observers of transactions that are received from now on.
     *
     * @param newObservers the observers of the server
     */
    public void setObservers(BusObservers newObservers) {
        observers = newObservers;
    }

    /** {@return the threads that run code of users} */
    public BusThreads threads() {
        return threads;
    }

    /** {@return whether the server is closing or closed} */
    public boolean isStopped() {
        return inbox.isStopped();
    }

    /**
     * Uses other options from now on.
     *
     * @param newOptions the options
     */
    public void setOptions(ServerOptions newOptions) {
        context = context.with(newOptions.limits(), newOptions.missingCodecTimeout());
        options = newOptions;
        inbox.setCapacity(newOptions.queueSize());
    }

    /** Returns the decoder of requests; null if it has to be waited for. */
    Decoder<Q> decoderNow(CodecPair codecs) throws BusException {
        return codecs == null
                ? context.coder().decoderNow(requestType)
                : context.coder().decoder(requestType, codecs.request());
    }

    /** Waits for the decoder of requests. */
    Decoder<Q> awaitDecoder() throws BusException, InterruptedException {
        try {
            return context.coder().decoder(requestType).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Fails the transactions that were not answered within {@code processingTimeout}, and tells the receivers of those
     * whose clients do not wait any more. To be called periodically.
     */
    public void checkTimeouts() {
        Duration timeout = options.processingTimeout();
        long now = context.now();
        inbox.forEachUnsettled(arrival -> PeriodicCheck.safely(() -> {
            arrival.checkDeadline(now);
            if (now - arrival.arrived() > timeout.toNanos()) {
                arrival.fail(failures()
                        .of(
                                Reason.TIMEOUT,
                                arrival.peer().name(),
                                "no response within " + timeout.toMillis() + " ms (processingTimeout)",
                                null));
            }
        }));
    }

    /**
     * Counts and logs a request that was refused.
     *
     * @param failure the reason
     */
    public void refused(BusException failure) {
        count(failure);
        warn(failure);
    }

    /** Counts a transaction that has failed. Only what this end is responsible for says that its transactions fail. */
    void count(BusException failure) {
        meter.failed(failure);
        if (Meter.OF_THE_RECEIVER.contains(failure.reason())) {
            health.failed(failure.reason(), failure.getMessage());
        }
    }

    /** Logs a transaction whose failure was already counted. */
    void warn(BusException failure) {
        log.warn("A transaction was refused (" + failure.reason() + "): " + failure.getMessage(), null);
        logger.debug("Stack trace of the refused transaction", failure);
    }

    /**
     * Counts a transaction that its receiver has failed. If the reason cannot be reported to the client, it is logged.
     *
     * @param failure the reason
     * @param reported whether the reason is reported to the client
     */
    void failed(BusException failure, boolean reported) {
        if (reported) {
            count(failure);
        } else {
            refused(failure);
        }
    }

    /**
     * Creates the frame that reports a failure. Headers over a limit are left out: the reason is worth more.
     *
     * @param tx the number of the transaction
     * @param failure the failure
     * @param headers its headers
     * @return the frame
     */
    ControlFrame failureFrame(long tx, BusException failure, Headers headers) {
        Headers sent = headers;
        try {
            EnvelopeWriter.checkHeaders(headers, context.limits());
        } catch (BusException e) {
            log.warn("A failure was reported without its headers: " + e.getMessage(), null);
            sent = Headers.none();
        }
        return ControlFrame.of(ControlFrames.failure(tx, failure, sent));
    }

    /**
     * Ends a request whose client is gone.
     *
     * @param request the request
     */
    public void forget(FramedRequest<Q, R> request) {
        if (request.forget()) {
            BusException gone = failures()
                    .of(Reason.CLOSED, request.peer().name(), "the client has gone before it was answered", null);
            meter.failed(gone);
            request.observedEnd(gone);
            inbox.settled(request);
        }
    }

    /**
     * Reports the current counts of this server. Does not block.
     *
     * @param bus receives the values
     */
    public void report(BusDTO bus) {
        bus.kind = BusKind.SERVER.label();
        bus.name = name();
        bus.address = address.get();
        bus.state = (isStopped() ? BusState.CLOSING : BusState.READY).label();
        bus.requestType = requestType.toString();
        bus.responseType = responseType.toString();
        InFlightCount inFlight = new InFlightCount(context.now());
        inbox.forEachUnsettled(arrival -> inFlight.add(arrival.arrived()));
        inFlight.report(bus);
        bus.queued = inbox.size();
        bus.queueSize = options.queueSize();
        meter.report(bus);
        health.report(bus);
    }

    /** Begins the next period of the statistics. */
    public void advance() {
        health.advance(meter.advance());
    }

    @Override
    public String toString() {
        return name() + " on " + address.get();
    }
}
