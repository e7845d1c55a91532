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

/** A connection that sends one request after the other, and never reads a response. Its requests are in no journal. */
final class DeafSocket implements AutoCloseable {

    private final Socket socket = new Socket();
    private final Thread thread = new Thread(this::sendAll, "deaf");
    private final int responseSize;

    /** Connects, and sends until the connection is closed. */
    DeafSocket(int port, int responseSize) throws IOException {
        this.responseSize = responseSize;
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
            // The server has closed the connection.
        }
    }

    private byte[] request(int tx) throws IOException {
        Parcel parcel = Parcel.of(0, 0, "server", responseSize, "", List.of());
        byte[] xml = ("<requests tx=\"" + tx + "\" ttl=\"60000\">"
                        + "<parcel number=\"0\" index=\"0\" server=\"server\" answer=\"" + responseSize
                        + "\" checksum=\"" + parcel.checksum() + "\"><text></text></parcel></requests>")
                .getBytes(UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(1);
        out.writeInt(xml.length);
        out.write(xml);
        return bytes.toByteArray();
    }

    /** Whether the server has closed the connection. */
    boolean isClosed() {
        return !thread.isAlive();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
