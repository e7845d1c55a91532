package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Opened;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.PendingTransaction.UnpackBy;
import org.slimta.bus.impl.transaction.PendingTransactions;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * A client of a server on a TCP port. It opens a connection for each transaction.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketClient<Q, R> implements BusClient<Q, R>, Opened {

    private final String host;
    private final int port;
    private final Class<R> responseType;
    private final ClientOptions options;
    private final Network network;
    private final Threads threads;
    private final ObjectCoder coder;
    private final String target;
    private final String name;
    private final Failures failures;
    private final PendingTransactions pending;
    private final Semaphore room;

    /**
     * Makes a client. Does not connect.
     *
     * @param host the server's name or address
     * @param port the server's port
     * @param responseType what responses are
     * @param options its options
     * @param codecs the codecs
     * @param network for the sockets
     * @param threads for deadlines, and to decode
     */
    public SocketClient(
            String host,
            int port,
            Class<R> responseType,
            ClientOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port is " + port + "; it must be from 1 to 65535");
        }
        this.host = host;
        this.port = port;
        this.responseType = responseType;
        this.options = options;
        this.network = network;
        this.threads = threads;
        this.coder = new ObjectCoder(codecs, options.codecTimeout(), options.limits(), threads);
        this.target = SocketPeer.format(host, port);
        this.name = options.name() == null ? "client " + target : options.name();
        this.failures = new Failures(this::name);
        this.pending = new PendingTransactions(failures, threads);
        this.room = new Semaphore(options.maxInFlight());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException {
        List<Q> copy = List.copyOf(requests);
        PendingTransaction<R> transaction =
                new PendingTransaction<>(failures, target, options.responseTimeout(), threads, UnpackBy.WORKER);
        if (!pending.add(transaction)) {
            return transaction;
        }
        try {
            if (awaitRoom(transaction)) {
                start(transaction, copy);
            }
        } catch (InterruptedException e) {
            transaction.fail(failures.of(Reason.CLOSED, "the thread was interrupted while it waited to send"));
            throw e;
        }
        return transaction;
    }

    private boolean awaitRoom(PendingTransaction<R> transaction) throws InterruptedException {
        if (room.tryAcquire(options.sendTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
            transaction.whenReleased(room::release);
            return !transaction.isDone();
        }
        transaction.fail(failures.of(
                Reason.OVERLOADED,
                target,
                options.maxInFlight() + " transactions are in flight (maxInFlight), and none ended within "
                        + options.sendTimeout().toMillis() + " ms (sendTimeout)",
                null));
        return false;
    }

    private void start(PendingTransaction<R> transaction, List<Q> requests) throws InterruptedException {
        try {
            FrameEncoder encoder = new FrameEncoder(coder.encode(Envelope.REQUESTS, requests), options.limits());
            InetAddress[] addresses = InetAddress.getAllByName(host);
            new Exchange<>(this, transaction, requests.size(), encoder, List.of(addresses)).start();
        } catch (BusException e) {
            transaction.fail(failures.at(target, e));
        } catch (UnknownHostException e) {
            transaction.fail(failures.of(Reason.CONNECT, target, "the host name is unknown", e));
        }
    }

    @Override
    public boolean isClosed() {
        return pending.isClosed();
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        pending.close();
        coder.close();
        room.release(); // Who waits for room finds its transaction ended, and wakes the next.
    }

    int port() {
        return port;
    }

    String target() {
        return target;
    }

    Class<R> responseType() {
        return responseType;
    }

    ClientOptions options() {
        return options;
    }

    Network network() {
        return network;
    }

    Threads threads() {
        return threads;
    }

    ObjectCoder coder() {
        return coder;
    }

    Failures failures() {
        return failures;
    }

    @Override
    public String toString() {
        return name + " of " + target;
    }
}
