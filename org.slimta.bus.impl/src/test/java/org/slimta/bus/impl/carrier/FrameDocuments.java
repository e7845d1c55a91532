package org.slimta.bus.impl.carrier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slimta.bus.spi.FrameBytes;

/** Frames as bytes, and the XML in them. */
final class FrameDocuments {

    private FrameDocuments() {}

    /** A frame with attachments. */
    static byte[] frame(String xml, byte[]... attachments) {
        byte[] first = xml.getBytes(UTF_8);
        int size = Short.BYTES + Integer.BYTES + first.length;
        for (byte[] each : attachments) {
            size += Integer.BYTES + each.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putShort((short) (1 + attachments.length)).putInt(first.length).put(first);
        for (byte[] each : attachments) {
            bytes.putInt(each.length).put(each);
        }
        return bytes.array();
    }

    /** Reads all bytes of a frame. */
    static byte[] read(FrameBytes frame) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer next = frame.next(); next != null; next = frame.next()) {
            byte[] piece = new byte[next.remaining()];
            next.get(piece);
            all.write(piece);
        }
        return all.toByteArray();
    }

    /** The XML of a frame without line ends and indentation. */
    static String xml(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        bytes.getShort();
        byte[] xml = new byte[bytes.getInt()];
        bytes.get(xml);
        return new String(xml, UTF_8).replaceAll("\r\n *", "");
    }
}
