package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HashSet;
import java.util.Set;
import org.slimta.bus.api.FrameLimits;

/**
 * Reads the headers at the end of a start tag without an XML parser, if they have the form that this bus writes, and
 * their values are of plain ASCII characters. Anything else is left to the parser. Reads one start tag. Not thread-safe.
 */
final class PlainHeaderScan {

    private final byte[] xml;
    private final int end;
    private final FrameLimits limits;
    private final Set<String> names = new HashSet<>();
    private int at;

    /**
     * Begins to read.
     *
     * @param xml the document
     * @param at where the first header begins, with the blank before it
     * @param maxEnd where the start tag ends at the latest
     * @param limits the limits of a frame
     */
    PlainHeaderScan(byte[] xml, int at, int maxEnd, FrameLimits limits) {
        this.xml = xml;
        this.at = at;
        this.end = Math.min(xml.length, maxEnd);
        this.limits = limits;
    }

    /**
     * Reads the headers, and the end of the start tag.
     *
     * @param headers receives them
     * @return the index behind the start tag; -1 if it does not have that form
     */
    int read(HeaderAttributes headers) {
        while (skip(' ')) {
            int start = at;
            while (at < end && isNameCharacter(xml[at])) {
                at++;
            }
            String name = text(start);
            if (name.length() > limits.maxNameSize() || !names.add(name) || !skip('=') || !skip('"')) {
                return -1;
            }
            start = at;
            while (at < end && isPlain(xml[at])) {
                at++;
            }
            String value = text(start);
            if (value.length() > limits.maxTextSize() || !headers.add(name, value) || !skip('"')) {
                return -1;
            }
        }
        return skip('>') ? at : -1;
    }

    private boolean skip(char expected) {
        if (at == end || xml[at] != expected) {
            return false;
        }
        at++;
        return true;
    }

    private static boolean isNameCharacter(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }

    private static boolean isPlain(byte c) {
        return c >= ' ' && c < 127 && c != '<' && c != '&' && c != '"';
    }

    private String text(int start) {
        return new String(xml, start, at - start, US_ASCII);
    }
}
