package org.slimta.bus.impl.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.xml.IndentedXmlWriter;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * The headers of a transaction as attributes of a root element: {@code h-NAME="VALUE"}. Collects those that arrive, as
 * far as they are within the limits. Not thread-safe. Source: the wire page, part C.
 */
final class HeaderAttributes {

    private final FrameLimits limits;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int count;
    private long bytes;

    HeaderAttributes(FrameLimits limits) {
        this.limits = limits;
    }

    /**
     * Writes headers.
     *
     * @param headers the headers
     * @param root receives the attributes; nothing was written into its root element yet but attributes
     */
    static void write(Headers headers, IndentedXmlWriter root) {
        for (String name : headers.names()) {
            root.attribute(XmlReader.HEADER_PREFIX + name, headers.get(name));
        }
    }

    /**
     * Checks headers that are to be sent.
     *
     * @throws BusException with {@code TOO_LARGE}
     */
    static void check(Headers headers, FrameLimits limits) throws BusException {
        long bytes = 0;
        for (String name : headers.names()) {
            bytes += name.length() + utf8Size(headers.get(name));
        }
        BusException excess = excess(headers.size(), bytes, limits);
        if (excess != null) {
            throw excess;
        }
    }

    private static BusException excess(int count, long bytes, FrameLimits limits) {
        if (count > limits.maxHeaders()) {
            return FrameDecoder.tooLarge(
                    "the transaction has " + count + " headers", "maxHeaders", limits.maxHeaders());
        }
        return bytes > limits.maxHeaderSize()
                ? FrameDecoder.tooLarge(
                        "the headers of the transaction have " + bytes + " bytes",
                        "maxHeaderSize",
                        limits.maxHeaderSize())
                : null;
    }

    private static long utf8Size(String text) {
        long size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return size;
    }

    /**
     * Adds an attribute that has arrived. One whose name is not that of a header is unknown, and therefore ignored.
     *
     * @param attribute its name
     * @param value its value
     * @return whether it is a header
     */
    boolean add(String attribute, String value) {
        String name = attribute.startsWith(XmlReader.HEADER_PREFIX)
                ? attribute.substring(XmlReader.HEADER_PREFIX.length())
                : "";
        if (!Headers.isName(name)) {
            return false;
        }
        count++;
        bytes += name.length() + utf8Size(value);
        if (excess(count, bytes, limits) == null) {
            values.put(name, value);
        } else {
            values.clear(); // They will not be used.
        }
        return true;
    }

    /**
     * Gives the header of the frame with the headers that were added, or with their fault.
     *
     * @param header the header without them
     */
    FrameHeader addTo(FrameHeader header) {
        BusException excess = excess(count, bytes, limits);
        if (excess != null) {
            return header.with(Headers.none(), excess);
        }
        try {
            return values.isEmpty() ? header : header.with(Headers.of(values), null);
        } catch (IllegalArgumentException e) {
            return header.with(Headers.none(), new BusException(Reason.MALFORMED, e.getMessage()));
        }
    }
}
