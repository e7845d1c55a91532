package org.slimta.bus.impl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;

/** One end of a connection, byte by byte. */
public final class RawPeer implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;

    public RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    public static byte[] frame(String xml) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeShort(1);
            out.writeInt(xml.getBytes(UTF_8).length);
            out.write(xml.getBytes(UTF_8));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String requests(long tx, String text) {
        return "<requests tx=\"" + tx + "\"><text>" + text + "</text></requests>";
    }

    public static String responses(long tx, String text) {
        return "<responses tx=\"" + tx + "\"><text>" + text + "</text></responses>";
    }

    public void send(String... documents) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String xml : documents) {
            all.write(frame(xml));
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    /** Sends whatever it is. */
    public void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Reads a frame and gives its XML without line ends and indentation, or null at the end of the stream. */
    public String receive() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int parts = first << 8 | in.readUnsignedByte();
        String xml = null;
        for (int i = 0; i < parts; i++) {
            byte[] part = in.readNBytes(in.readInt());
            xml = xml == null ? new String(part, UTF_8).replaceAll("\r\n *", "") : xml;
        }
        return xml;
    }

    /** The number that a client has given its transaction. */
    public static long tx(String requests) {
        return Long.parseLong(requests.replaceFirst("<requests tx=\"(\\d+)\".*", "$1"));
    }

    public void hangUp() throws IOException {
        socket.close();
    }

    /** Cuts the connection. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
