package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server for a client that the test plays, and a listener for clients of a server that the test plays. */
@Timeout(60)
abstract class KeptConnectionFixture {

    static final String DRAIN = "<control drain=\"true\"/>";

    StandaloneBusFactory factory;
    BusServer<String, String> server;
    ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        openServer(ServerOptions.builder().drainTimeout(Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
    }

    void openServer(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
    }
}
