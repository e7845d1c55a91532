package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A listener at which the test plays a Lua node. */
@Timeout(60)
abstract class LuaServerFixture {

    static final byte[] EMPTY = RawPeer.frame("<requests>\r\n</requests>\r\n");
    static final int LARGE = 32 << 20;

    final ExecutorService threads = Executors.newCachedThreadPool();
    StandaloneBusFactory factory;
    ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
        listener = new ServerSocket();
        listener.setReceiveBufferSize(64 << 10);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
        threads.shutdownNow();
    }

    <Q> BusClient<Q, String> client(Class<Q> type, ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", listener.getLocalPort(), type, String.class, options.build());
    }

    static ClientOptions.Builder impatient() {
        return ClientOptions.builder().responseTimeout(Duration.ofMillis(1500));
    }

    static Reason failureOf(ClientTransaction<?> transaction) {
        return assertThrows(BusException.class, transaction::recvResponse).reason();
    }

    static Attachment large() {
        byte[] bytes = new byte[LARGE];
        bytes[LARGE - 1] = 'z';
        return Attachment.of(bytes);
    }

    /** Reads a frame as a Lua node does: all of it, or else the test fails. Gives its last byte. */
    static int readFrame(DataInputStream in) throws IOException {
        int last = -1;
        for (int parts = in.readUnsignedShort(); parts > 0; parts--) {
            int size = in.readInt();
            byte[] part = in.readNBytes(size);
            assertEquals(size, part.length);
            last = part[size - 1];
        }
        return last;
    }

    static DataInputStream in(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new DataInputStream(socket.getInputStream());
    }

    /** Answers as a Lua node does, and sees the end of the connection. */
    static void answerLate(Socket socket, InputStream in) throws IOException {
        socket.getOutputStream().write(RawPeer.frame("<responses></responses>"));
        assertEquals(-1, in.read(), "it is closed in order, and not reset");
    }
}
