package org.slimta.bus.impl.exchange;

import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.TransactionHealth;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.PendingTransactions;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * What a client shares with its transactions and its carrier. Thread-safe.
 *
 * @param <R> type of the responses
 */
public final class ClientContext<R> {

    private volatile String target;
    private final PayloadType<R> responseType;
    private final MemoryBudget memory;
    private final SendRoom sendRoom;
    private final MemoryBudget.Account arrivedResponses;
    private final PendingTransactions pending;
    private final ClientSession session;
    private final BusThreads threads;
    private volatile ClientOptions options;
    private volatile ExchangeContext exchange;

    /**
     * Creates the context of a new client.
     *
     * @param target the server, for messages
     * @param responseType the type of the responses
     * @param options the options of the client
     * @param codecs the codecs that are registered
     * @param threads for deadlines, and to decode
     * @param memory the memory that the client may use
     */
    public ClientContext(
            String target,
            PayloadType<R> responseType,
            ClientOptions options,
            Codecs codecs,
            Threads threads,
            MemoryBudget memory) {
        this.target = target;
        this.responseType = responseType;
        this.options = options;
        this.memory = memory;
        this.sendRoom = new SendRoom(memory);
        this.arrivedResponses = memory.newAccount();
        this.exchange = ExchangeContext.of(
                threads, codecs, new Failures(this::name), options.limits(), options.missingCodecTimeout());
        this.pending = new PendingTransactions(
                exchange.failures(),
                threads.timer(),
                new TransactionHealth(this::name, BusLog.of(BusKind.CLIENT.label(), options.name())));
        this.session = new ClientSession(pending);
        this.threads = threads.newBusThreads(name(), options.maxInFlight());
    }

    /** {@return the name of the client} */
    public String name() {
        return options.name() == null ? "client " + target : options.name();
    }

    /** {@return the server, for messages} */
    public String target() {
        return target;
    }

    /**
     * The client has other servers from now on.
     *
     * @param newTarget the servers, for messages
     */
    public void setTarget(String newTarget) {
        target = newTarget;
    }

    /** {@return the type of the responses} */
    public PayloadType<R> responseType() {
        return responseType;
    }

    /** {@return the current options} */
    public ClientOptions options() {
        return options;
    }

    /** {@return the current collaborators of transactions} */
    public ExchangeContext exchange() {
        return exchange;
    }

    /** {@return the failures of the client} */
    public Failures failures() {
        return exchange.failures();
    }

    /** {@return the transactions that have not ended} */
    public PendingTransactions pending() {
        return pending;
    }

    /** {@return what the client tells its servers of itself} */
    public ClientSession session() {
        return session;
    }

    /** {@return the threads that run codecs and callbacks} */
    public BusThreads threads() {
        return threads;
    }

    /** {@return the memory that the client uses} */
    public MemoryBudget memory() {
        return memory;
    }

    /** {@return the room in memory for frames that are sent} */
    SendRoom sendRoom() {
        return sendRoom;
    }

    /** {@return the memory of responses that have arrived and are waited for} */
    MemoryBudget.Account arrivedResponses() {
        return arrivedResponses;
    }

    /**
     * Uses other options from now on.
     *
     * @param newOptions the options
     */
    public void setOptions(ClientOptions newOptions) {
        exchange = exchange.with(newOptions.limits(), newOptions.missingCodecTimeout());
        options = newOptions;
        threads.setMaxThreads(newOptions.maxInFlight());
        memory.setLimit(newOptions.memoryLimit());
    }
}
