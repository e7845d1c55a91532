package org.slimta.bus.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** A connection that sends one request after the other, and never reads an answer. It has no number in any journal. */
final class DeafSocket implements AutoCloseable {

    private final Socket socket = new Socket();
    private final Thread thread = new Thread(this::sendAll, "deaf");
    private final int answerSize;

    /** Connects, and sends as long as somebody takes it. */
    DeafSocket(int port, int answerSize) throws IOException {
        this.answerSize = answerSize;
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        thread.setDaemon(true);
        thread.start();
    }

    private void sendAll() {
        try {
            OutputStream out = socket.getOutputStream();
            for (int tx = 1; ; tx++) {
                out.write(request(tx));
            }
        } catch (IOException e) {
            // The server has had enough.
        }
    }

    private byte[] request(int tx) throws IOException {
        Parcel parcel = Parcel.of(0, 0, "server", answerSize, "", List.of());
        byte[] xml = ("<requests tx=\"" + tx + "\" ttl=\"60000\"><parcel number=\"0\" index=\"0\" server=\"server\" answer=\""
                        + answerSize + "\" checksum=\"" + parcel.checksum() + "\"><text></text></parcel></requests>")
                .getBytes(UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(1);
        out.writeInt(xml.length);
        out.write(xml);
        return bytes.toByteArray();
    }

    /** Whether the server has closed it. */
    boolean isClosed() {
        return !thread.isAlive();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
