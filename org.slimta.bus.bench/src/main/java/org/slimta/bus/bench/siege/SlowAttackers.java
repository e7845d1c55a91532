package org.slimta.bus.bench.siege;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Thousands of clients that are slow on purpose, in a separate JVM: a third of them send one byte per second, a third
 * send nothing, and a third send requests, a hundred and then one per second, and never read the responses. A client
 * whose connection is closed connects again.
 */
final class SlowAttackers {

    private static final int READ_BUFFER_BYTES = 4096;
    private static final int REQUESTS = 100;
    private static final int ADDRESSES = 50;

    private final InetSocketAddress target;
    private final boolean tls;
    private final SSLContext context;
    private final ByteBuffer requests;
    private final int oneRequest;
    private final byte[] beginning;
    private final AtomicInteger reconnected = new AtomicInteger();
    private final AtomicInteger secured = new AtomicInteger();
    private final ExecutorService handshakes = Executors.newFixedThreadPool(4);

    private SlowAttackers(int port, boolean tls) throws Exception {
        this.target = new InetSocketAddress("127.0.0.1", port);
        this.tls = tls;
        this.context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverything()}, null);
        this.requests = requests();
        this.oneRequest = requests.limit() / REQUESTS;
        this.beginning = tls
                ? hello()
                : ByteBuffer.allocate(21)
                        .putShort((short) 2)
                        .putInt(11)
                        .put("<requests/>".getBytes(StandardCharsets.UTF_8))
                        .putInt(8 << 20)
                        .array();
    }

    /**
     * Attacks until its standard input ends.
     *
     * @param args the port, the number of attackers, {@code tls} or {@code plain}
     */
    public static void main(String[] args) throws Exception {
        SlowAttackers attackers = new SlowAttackers(Integer.parseInt(args[0]), args[2].equals("tls"));
        attackers.attack(Integer.parseInt(args[1]));
    }

    private static ByteBuffer requests() {
        ByteBuffer all = ByteBuffer.allocate(1 << 20);
        for (int tx = 1; tx <= REQUESTS; tx++) {
            byte[] xml = ("<requests tx=\"" + (100 + tx) + "\">"
                            + "<message><envelope><sender>a@a.test</sender></envelope>"
                            + "<contents part=\"1\"/></message></requests>")
                    .getBytes(StandardCharsets.UTF_8);
            all.putShort((short) 2).putInt(xml.length).put(xml).putInt(16).put(new byte[16]);
        }
        return all.flip();
    }

    private byte[] hello() throws Exception {
        SSLEngine engine = context.createSSLEngine("127.0.0.1", target.getPort());
        engine.setUseClientMode(true);
        engine.beginHandshake();
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        byte[] bytes = new byte[record.flip().remaining()];
        record.get(bytes);
        return bytes;
    }

    private void attack(int count) throws Exception {
        Attacker[] all = new Attacker[count];
        for (int i = 0; i < count; i++) {
            all[i] = new Attacker(i);
        }
        for (Attacker each : all) {
            each.act();
        }
        while (tls && secured.get() < count / 3 * 9 / 10) {
            Thread.sleep(100); // Wait for their handshakes.
        }
        System.out.println("ok");
        while (System.in.available() == 0) {
            long next = System.currentTimeMillis() + 1000;
            for (Attacker each : all) {
                each.act();
            }
            Thread.sleep(Math.max(1, next - System.currentTimeMillis()));
        }
        System.out.println("ok " + reconnected.get());
        System.exit(0);
    }

    /** One attacker. */
    private final class Attacker {

        private final int number;
        private SocketChannel channel;
        private Socket secure;
        private volatile boolean shaking;
        private int sent;

        Attacker(int number) {
            this.number = number;
        }

        void act() {
            try {
                if (number % 3 == 2 && tls) {
                    actSecurely();
                    return;
                }
                if (channel == null) {
                    connect();
                }
                switch (number % 3) {
                    case 0 -> {
                        channel.write(ByteBuffer.wrap(beginning, Math.min(sent++, beginning.length - 1), 1));
                        endIfClosed();
                    }
                    case 1 -> endIfClosed();
                    default -> {
                        channel.write(
                                sent++ == 0
                                        ? requests.duplicate()
                                        : requests.duplicate().limit(oneRequest));
                    }
                }
            } catch (IOException e) {
                reconnect();
            }
        }

        private void reconnect() {
            reconnected.incrementAndGet();
            try {
                if (channel != null) {
                    channel.close();
                }
                connect();
            } catch (IOException e) {
                channel = null;
            }
        }

        private void connect() throws IOException {
            sent = 0;
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, READ_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + number % ADDRESSES)}), 0));
            channel.connect(target);
            channel.configureBlocking(false);
        }

        private void endIfClosed() throws IOException {
            if (channel.read(ByteBuffer.allocate(64)) < 0) {
                throw new IOException("the server closed the connection");
            }
        }

        private void actSecurely() {
            if (secure == null && !shaking) {
                shaking = true;
                handshakes.execute(this::shakeHands);
            } else if (secure != null) {
                write();
            }
        }

        private void write() {
            handshakes.execute(() -> {
                try {
                    OutputStream out = secure.getOutputStream();
                    out.write(requests.array(), 0, oneRequest);
                } catch (IOException e) {
                    secure = null;
                    reconnected.incrementAndGet();
                }
            });
        }

        private void shakeHands() {
            try {
                Socket plain = new Socket();
                plain.setReceiveBufferSize(READ_BUFFER_BYTES);
                plain.setSoTimeout(20_000);
                plain.connect(target);
                SSLSocket socket =
                        (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", target.getPort(), true);
                socket.startHandshake();
                socket.getOutputStream().write(requests.array(), 0, requests.limit());
                secure = socket;
                secured.incrementAndGet();
            } catch (IOException e) {
                reconnected.incrementAndGet();
            } finally {
                shaking = false;
            }
        }
    }

    /** Trusts every certificate. */
    private static final class TrustEverything implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
