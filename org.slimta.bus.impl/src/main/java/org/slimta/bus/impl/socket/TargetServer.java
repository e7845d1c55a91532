package org.slimta.bus.impl.socket;

import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.ClientSession;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * A server that a client connects to: its name and addresses, and what new connections to it need. Thread-safe.
 *
 * @param <R> type of the responses
 */
final class TargetServer<R> {

    /** Requests without items: a server that can be asked answers them itself. */
    private static final FrameEncoder PROBE =
            ControlFrame.of(ControlFrames.probe()).encoder();

    private final ConnectionContexts<R> contexts;
    private final ClientContext<R> client;
    private final ServerAddresses addresses;
    private final String name;

    /**
     * Creates a server of a client.
     *
     * @param contexts what connections of the client need
     * @param addresses the addresses of the server
     * @param name the server, for messages
     */
    TargetServer(ConnectionContexts<R> contexts, ServerAddresses addresses, String name) {
        this.contexts = contexts;
        this.client = contexts.client();
        this.addresses = addresses;
        this.name = name;
    }

    /**
     * Prepares the context of a new connection: reads the certificates if TLS is on and they were not read or have
     * changed. Does not block.
     *
     * @param whenReady receives the context or a failure, on a thread that may block briefly
     */
    void prepare(BiConsumer<SocketContext, Throwable> whenReady) {
        contexts.prepare(whenReady);
    }

    /** Whether the current options still ask for connections that are made with this context. */
    boolean isInForce(SocketContext made) {
        return contexts.isInForce(made);
    }

    /** Returns the context of connections that are made now; without certificates if they were not read yet. */
    SocketContext context() {
        return contexts.current();
    }

    ServerAddresses addresses() {
        return addresses;
    }

    ClientOptions options() {
        return client.options();
    }

    /** Whether the client offers to the server to keep connections. */
    boolean keepsConnections() {
        return options().poolSize() > 0;
    }

    /** Whether the client asks what became of transactions whose connection broke, if the server can be asked. */
    boolean asksQuestions() {
        return options().reconnect() && keepsConnections();
    }

    /** Returns what the client tells its servers of itself. */
    ClientSession session() {
        return client.session();
    }

    /** Returns the frame of a probe with this number. */
    OutboundFrame probe(long number) {
        return new ControlFrame(PROBE, RootAttributes.probe(number, session().client()));
    }

    Failures failures() {
        return client.failures();
    }

    Threads threads() {
        return context().threads();
    }

    /** Runs tasks that begin to connect, and must not block. */
    Executor connecting() {
        return context().network().connecting();
    }

    /** Reads attachments that are sent, which may block. */
    Executor streams() {
        return client.threads().responses();
    }

    /** Returns host and port, for messages. */
    String name() {
        return name;
    }

    /** Returns the failure of a connection on which something arrived that is no response. */
    BusException malformed(String what) {
        return failures().of(Reason.MALFORMED, name, what, null);
    }

    /** Returns the failure of transactions whose connection was closed by the server. */
    BusException unanswered() {
        return failures().of(Reason.CLOSED, name, "the server closed the connection before it sent a response", null);
    }

    /** Returns the failure of transactions that were sent to another server than the one that answers here now. */
    BusException replaced() {
        return failures()
                .of(
                        Reason.CLOSED,
                        name,
                        "the connection broke before the response arrived, and the server has ended or was restarted"
                                + " since: another one answers there now",
                        null);
    }

    /** Returns the failure of transactions whose connection is closed because of a fault. */
    BusException closed(String fault) {
        return failures().of(Reason.CLOSED, name, fault + "; the connection is closed", null);
    }

    /** Returns the client and the server, for logs. */
    @Override
    public String toString() {
        return client.name() + " of " + name;
    }
}
