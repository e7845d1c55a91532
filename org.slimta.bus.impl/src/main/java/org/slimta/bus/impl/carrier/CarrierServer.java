package org.slimta.bus.impl.carrier;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientRecord;
import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.handling.ServedInbox;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.TransferTimer;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RememberedClient;
import org.slimta.bus.spi.RequestSource;

/**
 * A server to which the carrier of another bundle brings requests. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class CarrierServer<Q, R> implements CarriedServer<Q, R>, ManagedBus {

    private final Reception<Q, R> reception;
    private final Inbox<Q, R> inbox;
    private final ServedInbox<Q, R> served;
    private final MemoryBudget memory;
    private final MemoryBudget.Account held;
    private final LinkedMembers<Arriving> arriving = new LinkedMembers<>();
    private final ClientRecords<RememberedRequest<Q, R>> records;
    private final PeriodicCheck check;

    /**
     * Makes a server.
     *
     * @param address where the carrier takes requests from, for messages
     * @param requestType the type of the requests
     * @param responseType the type of the responses
     * @param options the options
     * @param codecs the codecs that are registered
     * @param threads for deadlines, and for codecs
     */
    public CarrierServer(
            String address,
            PayloadType<Q> requestType,
            PayloadType<R> responseType,
            ServerOptions options,
            Codecs codecs,
            Threads threads) {
        this.reception = new Reception<>(
                () -> address, requestType, responseType, options, codecs, threads, new Inbox.Watcher() {});
        this.inbox = reception.inbox();
        this.served = new ServedInbox<>(
                this::name, reception.logger(), () -> reception.options().drainTimeout(), inbox, threads);
        this.memory = new MemoryBudget(options.memoryLimit(), threads.timer(), each -> {});
        this.held = memory.newAccount();
        this.records = new ClientRecords<>(
                reception.context()::now, () -> reception.options().memoryLimit());
        this.check = new PeriodicCheck(threads.timer(), PeriodicCheck.MAX_PAUSE, this::check);
        check.wakeAt(threads.now() + pause());
    }

    private long check() {
        ServerOptions options = reception.options();
        arriving.forEach(each -> PeriodicCheck.safely(() -> each.checkTimeout(options)));
        reception.checkTimeouts();
        records.forgetOld(options.responseRetention());
        return pause();
    }

    private long pause() {
        return PeriodicCheck.pause(
                reception.options().frameTimeout(), reception.options().processingTimeout());
    }

    @Override
    public FrameReceiver newRequest(RequestSource source) {
        return newRequest(source, null);
    }

    private FrameReceiver newRequest(RequestSource source, AskingClient<Q, R> client) {
        Arriving next = new Arriving(new GuardedSource(source), client);
        arriving.add(next);
        if (inbox.isStopped()) {
            next.giveBack(); // Whoever closes the server may have looked before it was there.
        }
        return next;
    }

    @Override
    public RememberedClient client(String id, String owner) {
        ClientRecord<RememberedRequest<Q, R>> record = records.join(id, owner, 1);
        return record == null ? null : new AskingClient<>(records, record, this::newRequest);
    }

    private BusException failure(GuardedSource source, Reason reason, String what) {
        return reception.failures().of(reason, source.peer().name(), what, null);
    }

    private final class Arriving extends FrameAssembly {

        private final GuardedSource source;
        private final AskingClient<Q, R> client; // Null if it cannot ask.
        private final TransferTimer timer = new TransferTimer(reception.context()::now);

        Arriving(GuardedSource source, AskingClient<Q, R> client) {
            super(reception.options().limits(), memory, held);
            this.source = source;
            this.client = client;
            timer.begin();
        }

        @Override
        void onReceived(int count) {
            timer.moved(count);
        }

        void checkTimeout(ServerOptions options) {
            String late = timer.overdue(options.frameTimeout().toNanos(), options.minRate());
            if (late != null) {
                reject(new BusException(Reason.TIMEOUT, "no complete frame arrived " + late));
            }
        }

        /** The server is closing: what is still to arrive will not be processed. */
        void giveBack() {
            if (drop()) {
                source.giveBack();
            }
        }

        @Override
        void onFrame(Frame frame) {
            FrameHeader header;
            try {
                header = reception.context().coder().readHeader(frame);
            } catch (BusException e) {
                onRejected(frame.xml(), e);
                return;
            }
            if (header.envelope() != Envelope.REQUESTS || header.tx() == 0) {
                onRejected(
                        null,
                        new BusException(
                                Reason.MALFORMED,
                                "the carrier delivered <" + header.envelope().root() + "> with the number "
                                        + header.tx() + "; it must be <requests> with a number of 1 or more"));
                return;
            }
            if (client == null) {
                offer(new CarriedRequest<>(reception, source, held, header, frame));
                return;
            }
            RememberedRequest<Q, R> request =
                    new RememberedRequest<>(reception, source, held, client.records(), client.record(), header, frame);
            switch (client.arrived(request, header)) {
                case TAKEN -> offer(request);
                case TOO_LATE -> request.returnToClient();
                case DUPLICATE -> request.ignore();
            }
        }

        private void offer(CarriedRequest<Q, R> request) {
            switch (inbox.offer(request)) {
                case FULL -> refuse(request);
                case CLOSED -> request.returnToClient();
                case TAKEN, OVER -> {
                    // A thread will receive it, or its client is gone.
                }
            }
        }

        private void refuse(CarriedRequest<Q, R> request) {
            if (client != null) {
                request.returnToClient(); // It knows other servers.
                return;
            }
            request.refuse(failure(
                    source,
                    Reason.OVERLOADED,
                    "the queue is full (queueSize " + reception.options().queueSize() + ")"));
        }

        /** The client gets a failure if the beginning of the frame has its number; otherwise the carrier gets the reason. */
        @Override
        void onRejected(byte[] start, BusException found) {
            if (client != null && found.reason() == Reason.OVERLOADED) {
                source.giveBack();
                return;
            }
            BusException failure = Failures.with(
                    Outcome.NOT_PROCESSED, reception.failures().at(source.peer().name(), found));
            FrameHeader header =
                    start == null ? null : reception.context().coder().readStart(start);
            if (header != null && header.envelope() == Envelope.REQUESTS && header.tx() > 0) {
                source.reply(ControlFrame.of(ControlFrames.failure(header.tx(), failure)));
            } else {
                source.rejected(failure);
            }
            reception.refused(failure);
        }

        @Override
        BusException excess(long frameBytes, long otherBytes) {
            long limit = memory.limit();
            // A frame that is alone has the limit of a frame. The last eighth is for small ones, as over connections.
            long most = frameBytes > MemoryHolder.SMALL_BYTES ? memory.softLimit() : limit;
            return otherBytes == 0 || otherBytes + frameBytes <= most
                    ? null
                    : new BusException(
                            Reason.OVERLOADED,
                            "the requests of this server hold " + otherBytes + " bytes; memoryLimit is " + limit
                                    + "; raise it, or send less at once");
        }

        @Override
        void onOver() {
            arriving.remove(this);
        }
    }

    @Override
    public int room() {
        return isClosed() ? 0 : Math.max(0, reception.options().queueSize() - inbox.size());
    }

    @Override
    public long memoryRoom() {
        long total = memory.total();
        return total == 0 ? Long.MAX_VALUE : Math.max(0, memory.softLimit() - total); // As in excess().
    }

    @Override
    public void reconfigure(ServerOptions newOptions) {
        reception.setOptions(newOptions);
        memory.setLimit(newOptions.memoryLimit());
    }

    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {
        reception.setObservers(BusObservers.of(registry, properties));
    }

    @Override
    public void report(BusDTO bus) {
        reception.report(bus);
        memory.report(bus);
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return recvRequest(reception.options().receiveTimeout());
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return inbox.take(timeout);
    }

    /** {@return the requests that have arrived and were not answered} */
    public Inbox<Q, R> inbox() {
        return inbox;
    }

    @Override
    public void advance() {
        reception.advance();
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers) {
        return served.serve(handler, maxConcurrentHandlers);
    }

    @Override
    public boolean isClosed() {
        return reception.isStopped();
    }

    @Override
    public void close() {
        close(true);
    }

    /**
     * Takes in nothing more, waits until what was taken in has been answered, at most for the drainTimeout, and closes.
     *
     * @param hasReceiver whether anything receives the requests; if not, those that wait are given back at once
     */
    public void close(boolean hasReceiver) {
        inbox.stop();
        arriving.forEach(Arriving::giveBack);
        if (!hasReceiver) {
            inbox.abandonWaiting();
        }
        inbox.close(reception.options().drainTimeout());
        served.close();
        reception.context().close();
        check.close();
        held.close();
        reception.threads().close();
    }

    @Override
    public String name() {
        return reception.name();
    }

    /** {@return null: the address of a carrier is no socket address} */
    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public String toString() {
        return reception.toString();
    }
}
