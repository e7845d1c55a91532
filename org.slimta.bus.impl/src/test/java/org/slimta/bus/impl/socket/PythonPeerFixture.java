package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * Ends in Java for the client and the server of docs/examples, which were written in Python from the wire page. They
 * understand those of this bus, and are understood.
 */
@Timeout(180)
abstract class PythonPeerFixture {

    static final int THREADS = 4;

    final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        factory.close();
        assertEquals(List.of(), List.copyOf(faults));
    }

    <T> BusServer<T, T> serve(int port, Class<T> type, EchoServer.Responder<T, T> responder) throws BusException {
        BusServer<T, T> server = factory.newServer(
                "127.0.0.1",
                port,
                type,
                type,
                ServerOptions.builder().drainTimeout(Duration.ofSeconds(60)).build());
        for (int i = 0; i < THREADS; i++) {
            new EchoServer<>(server, transaction -> respond(transaction, responder)).start();
        }
        return server;
    }

    private <T> void respond(ServerTransaction<T, T> transaction, EchoServer.Responder<T, T> responder) {
        try {
            responder.respond(transaction);
        } catch (BusException e) {
            if (e.reason() != Reason.CLOSED) {
                faults.add(e);
            }
        } catch (Exception e) {
            faults.add(e);
        }
    }

    /** A server in Python. */
    record Served(PythonPeer python, int port) implements AutoCloseable {

        RawPeer connect() throws IOException {
            return new RawPeer(new Socket("127.0.0.1", port));
        }

        @Override
        public void close() {
            python.close();
        }
    }

    static Served serveInPython(int mostInHand) throws Exception {
        PythonPeer python = new PythonPeer("serve", mostInHand);
        return new Served(python, Integer.parseInt(python.await("port ")));
    }

    <T> BusClient<T, T> client(Served server, Class<T> type, ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", server.port(), type, type, options.build());
    }

    static ClientOptions.Builder options(int poolSize) {
        return ClientOptions.builder().poolSize(poolSize);
    }

    static List<Attachment> attachments(byte[]... contents) {
        return Stream.of(contents).map(Attachment::of).toList();
    }
}
