package org.slimta.bus.impl.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * A transport without sockets: a test decides which clients connect, and the outcome of attempts to connect.
 * Thread-safe.
 */
public final class FakeTransport implements Transport {

    /** An attempt to connect whose outcome is not decided yet. */
    public record Dialed(FakeConnection connection, ConnectListener outcome) {

        /** The attempt succeeds. */
        public FakeConnection connect() {
            connection.execute(outcome::onConnected);
            return connection;
        }
    }

    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4025);

    private final LongSupplier clock;
    private final BoundedLog faults = new BoundedLog(FakeTransport.class);
    private final BlockingQueue<Dialed> dialed = new LinkedBlockingQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile Consumer<IncomingConnection> acceptor;

    /** Creates a transport with a clock, such as that of a timer that the test moves. */
    public FakeTransport(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public void connect(
            InetSocketAddress to,
            ConnectionSettings settings,
            FrameConnection.Listener listener,
            ConnectListener outcome) {
        FakeConnection connection = new FakeConnection(to, listener, clock);
        outcome.onCreated(connection);
        dialed.add(new Dialed(connection, outcome));
    }

    /** Waits for the next attempt to connect. */
    public Dialed nextDialed() throws InterruptedException {
        Dialed next = dialed.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nobody connects");
        }
        return next;
    }

    /** Whether there is an attempt to connect that {@link #nextDialed} has not given yet. */
    public boolean isDialed() {
        return !dialed.isEmpty();
    }

    @Override
    public Listening listen(InetSocketAddress at, Consumer<IncomingConnection> onAccept) {
        acceptor = onAccept;
        return new Listening() {

            @Override
            public InetSocketAddress address() {
                return ADDRESS;
            }

            @Override
            public void close() {
                acceptor = null;
            }
        };
    }

    /** A client connects to the server that listens. */
    public FakeConnection accept() {
        InetSocketAddress from =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000 + accepted.incrementAndGet());
        FakeConnection[] made = new FakeConnection[1];
        acceptor.accept(new IncomingConnection() {

            @Override
            public InetSocketAddress peerAddress() {
                return from;
            }

            @Override
            public FrameConnection open(ConnectionSettings settings, FrameConnection.Listener listener) {
                made[0] = new FakeConnection(from, listener, clock);
                return made[0];
            }

            @Override
            public void reject() {}
        });
        return made[0];
    }

    @Override
    public BoundedLog faults() {
        return faults;
    }

    @Override
    public void close() {}
}
