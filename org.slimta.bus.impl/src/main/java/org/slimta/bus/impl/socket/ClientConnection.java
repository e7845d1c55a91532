package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Connection;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.transaction.Registry;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.Head;
import org.slimta.bus.impl.wire.Notices;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * A connection of a client. It is made for one transaction, whose answer tells whether the server keeps connections; if so,
 * others may follow. Source: the wire page, part B.
 */
final class ClientConnection<R> extends Registry.Member implements FrameChannel.Listener, Dialing.Listener {

    /**
     * A server that goes again just after it has come may cut off who connects in that moment, and that shows at once. As long
     * as nothing was sent, nothing is lost by it.
     */
    private static final Duration SETTLED = Duration.ofMillis(20);

    private enum State {
        /** It has not come about. */
        DIALING,
        /** What the server can do is not known: it carries one transaction. */
        UNPROVEN,
        /** The server keeps it, and it takes transactions. */
        KEPT,
        /** It takes no more transactions, and ends with those that it has. */
        ENDING,
        /** It is closed. */
        CLOSED
    }

    /** How many bytes may wait for the server to take them, before its pings are not answered any more. */
    private static final long MOST_BACKLOG = 1 << 20;

    private final ConnectionPool<R> pool;
    private final SocketClient<?, R> client;
    private final ClientExchange<R> first;
    private final boolean forLarge;
    private final long created = System.nanoTime();
    private final InFlight<Sending> inFlight;
    private final Dialing dialing;
    private volatile BusEnd common;
    private volatile Sending sendingFirst;
    private volatile FrameChannel channel;
    private volatile State state = State.DIALING;
    private volatile boolean connected;
    private volatile boolean drained;
    private volatile long lastUsed = created;
    private volatile long pinged = created;

    /**
     * A connection that is still to be made.
     *
     * @param forLarge whether it carries one transaction at a time, because they are large
     */
    ClientConnection(ConnectionPool<R> pool, SocketClient<?, R> client, ClientExchange<R> first, boolean forLarge) {
        this.pool = pool;
        this.client = client;
        this.first = first;
        this.forLarge = forLarge;
        this.dialing = new Dialing(client.end().network(), client.port(), this);
        this.inFlight = new InFlight<>(forLarge ? 1 : pool.busy());
    }

    /** A transaction on this connection. */
    private final class Sending implements Outbox.Item {

        private final ClientExchange<R> exchange;
        private volatile boolean begun;

        Sending(ClientExchange<R> exchange) {
            this.exchange = exchange;
        }

        @Override
        public FrameEncoder encoder() {
            return exchange.encoder();
        }

        @Override
        public byte[] begin() {
            if (!exchange.isOn(ClientConnection.this)) {
                return null;
            }
            begun = true;
            return client.keepsConnections() || state != State.UNPROVEN ? exchange.rootAttributes() : RootAttributes.NONE;
        }

        @Override
        public void failed(BusException failure) {
            exchange.failAt(failure);
        }
    }

    private Sending put(ClientExchange<R> exchange) {
        Sending sending = new Sending(exchange);
        exchange.assign(this);
        inFlight.put(exchange.tx(), sending);
        if (exchange.isDone()) {
            forget(exchange);
        }
        return sending;
    }

    private synchronized boolean change(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    boolean isConnected() {
        State now = state;
        return now != State.DIALING && now != State.CLOSED;
    }

    boolean isForLarge() {
        return forLarge;
    }

    /** How many transactions it carries. */
    int load() {
        return inFlight.size();
    }

    /** The channel, or null if there is none yet. */
    FrameChannel channel() {
        return channel;
    }

    void dial() {
        sendingFirst = put(first);
        try {
            common = client.endForConnection();
        } catch (IOException e) {
            notConnected("TLS cannot be used: " + e.getMessage(), e);
            return;
        }
        try {
            dialing.start(client.addresses());
        } catch (UnknownHostException e) {
            notConnected("the host name is unknown", e);
        }
    }

    @Override
    public void onCreated(Connection<?> connection) {
        FrameChannel opening = new FrameChannel(
                connection, this, common, client.address(), client.threads().responses(), false);
        FrameFilter.attach(connection, opening);
        channel = opening;
        if (state == State.CLOSED) {
            opening.close();
        }
    }

    @Override
    public void onConnected() {
        connected = true;
        FrameChannel open = channel;
        if (open.isSecuring() && state == State.DIALING) {
            open.secure();
        } else {
            ready();
        }
    }

    @Override
    public void onSecured(PeerIdentity identity) {
        ready();
    }

    private void ready() {
        if (!change(State.DIALING, State.UNPROVEN)) {
            close();
            return;
        }
        pool.reached();
        if (pool.isUnsettled()) {
            client.end().threads().after(SETTLED, () -> client.end().threads().execute(this::sendFirst));
        } else {
            sendFirst();
        }
    }

    private void sendFirst() {
        channel.add(sendingFirst);
        channel.flush();
    }

    @Override
    public void onFailed(String why, Throwable cause) {
        notConnected("no connection: " + why, cause);
    }

    private void notConnected(String what, Throwable cause) {
        notConnected(client.end().failures().of(Reason.CONNECT, client.target(), what, cause));
    }

    private void notConnected(BusException failure) {
        if (change(State.DIALING, State.CLOSED)) {
            boolean unsent = inFlight.take(first.tx()) != null;
            close();
            if (unsent) {
                pool.unreachable(first, failure);
            }
        }
    }

    /**
     * Sends a transaction, if it takes any.
     *
     * @return whether it is looked after
     */
    boolean send(ClientExchange<R> exchange) {
        if (state != State.KEPT) {
            return false;
        }
        Sending sending = put(exchange);
        if (state != State.KEPT && inFlight.take(exchange.tx()) != null) {
            return exchange.isDone();
        }
        lastUsed = exchange.start();
        FrameChannel to = channel;
        to.add(sending);
        if (inFlight.size() <= 1) {
            to.flush();
        } else if (!client.end().threads().putOff(to.flusher())) {
            to.onSelector(to.flusher());
        }
        return true;
    }

    @Override
    public void onFrame(Frame frame) {
        Head head;
        try {
            head = client.end().coder().readHead(frame);
        } catch (BusException e) {
            failAll(client.end().failures().at(client.target(), e));
            return;
        }
        if (head.envelope() == Envelope.RESPONSES) {
            onResponses(head, frame);
        } else if (head.envelope() == Envelope.CONTROL) {
            onControl(head.control());
        } else {
            failAll(malformed("it sent <" + head.envelope().root() + ">; a server sends <responses>"));
        }
    }

    private BusException malformed(String what) {
        return client.end().failures().of(Reason.MALFORMED, client.target(), what, null);
    }

    private void onResponses(Head head, Frame frame) {
        if (head.tx() == 0) {
            onLastResponses(frame, head);
            return;
        }
        Sending sending = inFlight.take(head.tx());
        boolean proof = state == State.UNPROVEN;
        if (proof && sending == null) {
            failAll(malformed("it answered a transaction with the number " + head.tx() + ", which it was not sent"));
            return;
        }
        if (proof && change(State.UNPROVEN, State.KEPT) && !pool.proven(this)) {
            change(State.KEPT, State.ENDING);
        }
        if (sending != null) {
            sending.exchange.answered(frame, head);
            if (forLarge && state == State.KEPT) {
                pool.free(this);
            }
        }
        closeIfDone();
    }

    /** The server knows connections for one transaction only. */
    private void onLastResponses(Frame frame, Head head) {
        Sending sending = state == State.UNPROVEN ? inFlight.take(first.tx()) : null;
        if (sending != null) {
            sending.exchange.answered(frame, head);
            close();
        } else {
            failAll(malformed("it sent responses without the number of their transaction (tx) over a kept connection"));
        }
    }

    /** The first notice says that nothing more is read; the second, that all that was read is answered. */
    private void onControl(Map<String, String> control) {
        String ping = control.get("ping");
        if (ping != null && channel.backlog() < MOST_BACKLOG) {
            channel.add(Notice.of(Notices.pong(ping)));
            channel.flush();
        } else if ("true".equals(control.get("drain"))) {
            if (!drained) {
                drained = true;
                end();
                pool.draining(this);
            } else {
                inFlight.takeAll().forEach(this::sendElsewhere);
                close();
            }
        }
    }

    private synchronized void end() {
        if (state != State.CLOSED) {
            state = State.ENDING;
        }
    }

    private void sendElsewhere(Sending sending) {
        client.end().threads().execute(() -> pool.dispatch(sending.exchange));
    }

    @Override
    public void onBadFrame(BusException failure) {
        failAll(client.end().failures().at(client.target(), failure));
    }

    private void failAll(BusException failure) {
        end();
        inFlight.takeAll().forEach(sending -> sending.exchange.fail(failure));
        close();
    }

    @Override
    public void onClosed() {
        FrameChannel open = channel;
        if (state == State.DIALING && connected && !open.isOpen()) {
            notConnected("the server ended the connection during the TLS handshake; does it speak TLS there?", null);
            return;
        }
        if (state == State.DIALING || open != null && open.isOpen()) {
            return; // It was an attempt at one address of several, and whoever dials is told.
        }
        close();
        for (Sending sending : inFlight.takeAll()) {
            if (sending.begun) {
                sending.exchange.fail(Reason.CLOSED, "the server closed the connection before it answered", null);
            } else {
                sendElsewhere(sending);
            }
        }
    }

    /** A transaction has ended without an answer from here. */
    void forget(ClientExchange<R> exchange) {
        if (inFlight.take(exchange.tx()) == null) {
            return;
        }
        if (forLarge) {
            close();
        } else {
            closeIfDone();
        }
    }

    private void closeIfDone() {
        if (state != State.KEPT && inFlight.size() == 0) {
            close();
        }
    }

    /** Ends what takes too long, and asks whether the server is there. Called now and then, on the timer. */
    void look() {
        long now = System.nanoTime();
        switch (state) {
            case DIALING -> {
                if (connected) {
                    lookWhetherSecured();
                } else if (now - created > client.options().connectTimeout().toNanos()) {
                    notConnected(
                            "no connection within " + client.options().connectTimeout().toMillis() + " ms (connectTimeout)",
                            null);
                }
            }
            case ENDING -> lookWhetherWhole();
            case KEPT -> {
                lookWhetherWhole();
                lookWhetherAlive(now);
                if (inFlight.size() == 0 && now - lastUsed > client.options().idleTimeout().toNanos()) {
                    retire();
                }
            }
            default -> {
                // It ends with what is under way on it, which has a time to end in.
            }
        }
    }

    private void lookWhetherSecured() {
        Duration timeout = common.tls().options().handshakeTimeout();
        if (channel.age() > timeout.toNanos()) {
            notConnected(
                    "no TLS handshake within " + timeout.toMillis() + " ms (handshakeTimeout); does it speak TLS there?", null);
        }
    }

    /** A frame that takes longer than its transaction may will be of no use, and holds up those behind it. */
    private void lookWhetherWhole() {
        if (channel.isArrivingFor(client.options().responseTimeout().toNanos())) {
            failAll(client.end().failures()
                    .of(
                            Reason.TIMEOUT,
                            client.target(),
                            "a frame has not come whole within " + client.options().responseTimeout().toMillis()
                                    + " ms (responseTimeout); the connection is given up",
                            null));
        }
    }

    void retire() {
        pool.unlist(this);
        change(State.KEPT, State.ENDING);
        closeIfDone();
    }

    private void lookWhetherAlive(long now) {
        long interval = client.options().pingInterval().toNanos();
        long heard = channel.lastRead();
        if (channel.backlog() > 0 && channel.lastWrite() - heard > 0) {
            heard = channel.lastWrite(); // The server takes what is sent; a ping would have to wait behind it.
        }
        boolean asked = pinged - heard > 0;
        if (asked && now - pinged > interval) {
            failAll(client.end().failures()
                    .of(
                            Reason.CLOSED,
                            client.target(),
                            "nothing has come from the server for " + TimeUnit.NANOSECONDS.toMillis(now - heard)
                                    + " ms, not even the answer to a ping (pingInterval "
                                    + client.options().pingInterval().toMillis() + " ms); the connection is given up",
                            null));
        } else if (!asked && now - heard > interval) {
            pinged = now;
            channel.add(Notice.of(Notices.ping(Long.toString(now))));
            channel.flush();
        }
    }

    /** Closes it now. What is still on it is told by {@link #onClosed()}. */
    void close() {
        synchronized (this) {
            state = State.CLOSED;
        }
        dialing.cancel();
        pool.remove(this);
        FrameChannel open = channel;
        if (open != null) {
            open.close();
        }
    }
}
