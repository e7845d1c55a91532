package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What kills a Lua server does not hurt this one: a raw socket does its worst while a good client keeps working. */
@Timeout(60)
class HostileClientTest {

    private static final String GOOD_XML = "<requests>\r\n <text>raw</text>\r\n</requests>\r\n";
    private static final String GOOD_ANSWER = "<responses>\r\n <text>re: raw</text>\r\n</responses>\r\n";

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger goodTransactions = new AtomicInteger();
    private StandaloneBusFactory factory;
    private BusServer<String, String> server;
    private ExecutorService threads;
    private Future<?> serving;
    private Future<?> goodClient;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec());
        threads = Executors.newCachedThreadPool();
        server = factory.newServer("127.0.0.1", 0, String.class, String.class);
        serving = threads.submit(new EchoServer<>(
                server,
                transaction -> transaction.sendResponse(
                        transaction.requests().stream().map("re: "::concat).toList())));
        goodClient = threads.submit(this::sendGoodRequests);
    }

    private Void sendGoodRequests() throws Exception {
        BusClient<String, String> client =
                factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
        while (!over.get()) {
            String request = "good " + goodTransactions.get();
            assertEquals(
                    List.of("re: " + request),
                    client.sendRequest(List.of(request)).recvResponse());
            goodTransactions.incrementAndGet();
        }
        return null;
    }

    /** After whatever was done the good client still gets its answers. */
    @AfterEach
    void goodClientKeepsWorking() throws Exception {
        int before = goodTransactions.get();
        Await.until(
                "the good client is answered 20 times",
                () -> goodTransactions.get() >= before + 20 || goodClient.isDone());
        over.set(true);
        goodClient.get(20, TimeUnit.SECONDS);
        server.close();
        serving.get(20, TimeUnit.SECONDS);
        threads.shutdownNow();
        factory.close();
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] frame(String xml) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(1);
        out.writeInt(xml.getBytes(UTF_8).length);
        out.write(xml.getBytes(UTF_8));
        return bytes.toByteArray();
    }

    private void assertClosedWithoutAnAnswer(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(bytes);
                assertEquals(-1, socket.getInputStream().read(), "a failure towards such a client is a close");
            } catch (SocketException e) {
                // The connection was reset while there was still something to be read at the other end.
            }
        }
    }

    @Test
    void malformedXml() throws Exception {
        for (String xml : List.of(
                "<requests>",
                "<requests><text>a</requests>",
                "no XML at all",
                "<requests><text>a & b</text></requests>",
                "<requests><text>&unknown;</text></requests>",
                "<requests></requests><requests></requests>",
                "<requests>\u0001</requests>",
                "\u0000\u0000\u0000")) {
            assertClosedWithoutAnAnswer(frame(xml));
        }
    }

    @Test
    void documentTypesAndEntities() throws Exception {
        assertClosedWithoutAnAnswer(frame("<!DOCTYPE requests><requests></requests>"));
        assertClosedWithoutAnAnswer(
                frame("<!DOCTYPE requests [<!ENTITY a \"b\">]><requests><text>&a;</text></requests>"));
        assertClosedWithoutAnAnswer(frame("<!DOCTYPE requests [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
                + "<requests><text>&a;</text></requests>"));
    }

    @Test
    void bytesThatAreNoUtf8() throws Exception {
        byte[] bytes = frame("<requests>\r\n <text>?</text>\r\n</requests>\r\n");
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '?') {
                bytes[i] = (byte) 0xe9;
            }
        }
        assertClosedWithoutAnAnswer(bytes);
    }

    @Test
    void wrongRootAndUnreadableItem() throws Exception {
        assertClosedWithoutAnAnswer(frame("<responses>\r\n</responses>\r\n"));
        assertClosedWithoutAnAnswer(frame("<requests><text>" + TextCodec.UNREADABLE + "</text></requests>"));
    }

    @Test
    void noParts() throws Exception {
        assertClosedWithoutAnAnswer(new byte[] {0, 0});
    }

    @Test
    void anEmptyXmlPart() throws Exception {
        assertClosedWithoutAnAnswer(new byte[] {0, 1, 0, 0, 0, 0});
    }

    @Test
    void aPartLengthOfFourGigabytes() throws Exception {
        assertClosedWithoutAnAnswer(new byte[] {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        byte[] xml = frame(GOOD_XML);
        xml[1] = 2;
        second.write(xml);
        second.write(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        assertClosedWithoutAnAnswer(second.toByteArray());
    }

    @Test
    void connectAndClose() throws Exception {
        for (int i = 0; i < 200; i++) {
            connect().close();
        }
    }

    @Test
    void aResetHalfWay() throws Exception {
        byte[] good = frame(GOOD_XML);
        for (int i = 0; i < good.length; i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(good, 0, i);
                socket.setSoLinger(true, 0);
            }
        }
    }

    @Test
    void aResetInsteadOfTakingTheAnswer() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(frame(GOOD_XML));
                socket.setSoLinger(true, 0);
            }
        }
    }

    @Test
    void oneByteAtATime() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            for (byte b : frame(GOOD_XML)) {
                out.write(b);
                out.flush();
            }
            assertArrayEquals(frame(GOOD_ANSWER), socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void halfClosedAfterTheRequest() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(frame(GOOD_XML));
            socket.shutdownOutput();
            assertArrayEquals(frame(GOOD_ANSWER), socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void bytesAfterTheFrame() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(frame(GOOD_XML));
        bytes.write(new byte[100_000]);
        assertAnsweredOnce(bytes.toByteArray());
    }

    @Test
    void twoRequestsInOneWrite() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(frame(GOOD_XML));
        bytes.write(frame(GOOD_XML));
        assertAnsweredOnce(bytes.toByteArray());
    }

    private void assertAnsweredOnce(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes);
            assertArrayEquals(frame(GOOD_ANSWER), socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void aFrameThatALuaNodeAcceptsIsAccepted() throws Exception {
        for (String xml : List.of(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<requests><text>raw</text></requests>",
                "<requests version=\"9\"><text lang=\"la\" x=\"y\">raw</text></requests>",
                "<requests>\n <text>raw</text>\n</requests>\n",
                "<requests><!-- hello --><text>r<![CDATA[a]]>w</text><?php no ?></requests>")) {
            assertAnsweredOnce(frame(xml));
        }
    }

    @Test
    void manySilentConnectionsDoNotDisturbAGoodClient() throws Exception {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            silent.add(connect());
        }
        int before = goodTransactions.get();
        Await.until(
                "the good client is answered 20 times",
                () -> goodTransactions.get() >= before + 20 || goodClient.isDone());
        assertTrue(goodTransactions.get() >= before + 20);
        for (Socket socket : silent) {
            socket.close();
        }
    }
}
