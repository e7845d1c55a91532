package org.slimta.bus.impl.socket;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.grizzly.GrizzlyTransport;
import org.slimta.bus.impl.transport.Transport;

/** Clients and servers that share threads, codecs for texts and attachments, and a network. Responses are texts. */
final class SocketEnds implements AutoCloseable {

    private static final PayloadType<String> TEXT = PayloadType.of(String.class);

    private final CodecRegistry codecs = new CodecRegistry();
    private final Threads threads;
    private final Network network;

    private SocketEnds(Threads threads, Network network) {
        this.threads = threads;
        this.network = network;
        codecs.add(new CodecRegistry.Rank(0, 0), null, new TextCodec());
        codecs.add(new CodecRegistry.Rank(0, 1), null, new AttachmentCodec());
    }

    /** Ends over sockets, with time of the system or time that the test moves. */
    static SocketEnds overSockets(Timer timer) {
        Threads threads = new Threads(timer);
        return new SocketEnds(threads, new Network(threads, new GrizzlyTransport(threads)));
    }

    /** Ends over sockets; the resolver knows the addresses of all hosts. */
    static SocketEnds overSockets(NameResolver resolver) {
        Threads threads = new Threads();
        return new SocketEnds(threads, new Network(threads, new GrizzlyTransport(threads), resolver));
    }

    /** Ends over some transport, such as one without sockets. */
    static SocketEnds over(Transport transport, Timer timer) {
        Threads threads = new Threads(timer);
        return new SocketEnds(threads, new Network(threads, transport));
    }

    /** A server at any port of 127.0.0.1. */
    <Q> SocketServer<Q, String> server(Class<Q> type, ServerOptions options) throws BusException {
        return server("127.0.0.1", type, options);
    }

    /** A server at any port of a host. */
    <Q> SocketServer<Q, String> server(String host, Class<Q> type, ServerOptions options) throws BusException {
        return SocketServer.open(host, 0, PayloadType.of(type), TEXT, options, codecs, network, threads);
    }

    /** A client of 127.0.0.1. */
    <Q> SocketClient<Q, String> client(int port, ClientOptions options) {
        return client("127.0.0.1", port, options);
    }

    /** A client of some host. */
    <Q> SocketClient<Q, String> client(String host, int port, ClientOptions options) {
        return new SocketClient<>(host, port, TEXT, options, codecs, network, threads);
    }

    Network network() {
        return network;
    }

    @Override
    public void close() {
        network.close();
        threads.close();
    }
}
