package org.slimta.bus.impl.socket;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Servers and clients of one factory, with codecs for texts and attachments. All are closed after each test. */
final class SocketBuses implements AfterEachCallback {

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());

    StandaloneBusFactory factory() {
        return factory;
    }

    /** A server of texts at any port of 127.0.0.1. */
    BusServer<String, String> server(ServerOptions options) throws BusException {
        return factory.newServer("127.0.0.1", 0, String.class, String.class, options);
    }

    /** A client of texts at 127.0.0.1. */
    BusClient<String, String> client(int port, ClientOptions options) {
        return factory.newClient("127.0.0.1", port, String.class, String.class, options);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        factory.close();
    }
}
