package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

/**
 * Reads plain documents, as nearly all are: elements, attributes and text in ASCII within the limits, without
 * references, comments, declarations, or anything else that XML has. It rejects nothing: a document that is not plain,
 * or is wrong, is left to a complete parser. It exists only for speed. Reads one document. Not thread-safe.
 */
final class PlainXmlParser {

    private static final int MAX_PLAIN_DEPTH = 64;
    private static final int TEXT = 1;
    private static final int VALUE = 2;
    private static final int NAME = 4;
    private static final int NAME_START = 8;
    private static final byte[] KINDS = new byte[256];
    private static final XmlElement[] NO_CHILDREN = {};

    static {
        for (int c = ' '; c < 127; c++) {
            if (c != '<' && c != '&' && c != ']') {
                KINDS[c] |= TEXT;
            }
            if (c != '<' && c != '&' && c != '"') {
                KINDS[c] |= VALUE;
            }
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') {
                KINDS[c] |= NAME | NAME_START;
            }
            if ((c >= '0' && c <= '9') || c == '-' || c == '.') {
                KINDS[c] |= NAME;
            }
        }
        KINDS['\n'] |= TEXT;
        KINDS['\t'] |= TEXT;
    }

    private final byte[] xml;
    private final FrameLimits limits;
    private final NameCache names;
    private int at;
    private int depth;
    private int elements;
    private int named;
    private Set<String> laterNames;
    private int[] segments = new int[32];
    private int segmentCount;
    private XmlElement[] children = NO_CHILDREN;
    private int childCount;

    PlainXmlParser(byte[] xml, FrameLimits limits, NameCache names) {
        this.xml = xml;
        this.limits = limits;
        this.names = names;
    }

    /** Gives the root element; null if the document is not plain. */
    XmlElement read() {
        if (peek() != '<') {
            return null;
        }
        at++;
        XmlElement root = element();
        return root != null && isAllRead() ? root : null;
    }

    /**
     * Gives the children of the root element; null if the document is not plain.
     *
     * @param contentStart the index at which the content of the root element begins
     * @param root the name of the root element
     * @param rootAttributes how many attributes it has at most
     */
    List<XmlElement> readChildren(int contentStart, String root, int rootAttributes) {
        at = contentStart;
        depth = 1;
        elements = 1;
        named = 1 + rootAttributes;
        if (!readContent() || !skipAscii(root) || !skip('>') || !isAllRead()) {
            return null;
        }
        return segmentsSize(0) > limits.maxTextSize() ? null : takeChildren();
    }

    private boolean skipAscii(String expected) {
        for (int i = 0; i < expected.length(); i++) {
            if (!skip(expected.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isAllRead() {
        while (at < xml.length) {
            byte c = xml[at++];
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    private int peek() {
        return at < xml.length ? xml[at] & 0xff : 0;
    }

    private boolean skip(char expected) {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }

    /** Skips bytes of a kind. */
    private void skipAll(int kind) {
        byte[] bytes = xml;
        int i = at;
        while (i < bytes.length && (KINDS[bytes[i] & 0xff] & kind) != 0) {
            i++;
        }
        at = i;
    }

    /** Reads an element from behind its opening bracket; null if it is not plain. */
    private XmlElement element() {
        int nameStart = at;
        int nameEnd = skipName();
        if (nameEnd == nameStart
                || ++depth > Math.min(MAX_PLAIN_DEPTH, limits.maxDepth())
                || ++elements > limits.maxElements()) {
            return null;
        }
        String name = name(nameStart, nameEnd);
        Map<String, String> attributes = attributes();
        if (name == null || attributes == null) {
            return null;
        }
        if (skip('/')) {
            depth--;
            return skip('>') ? new XmlElement(name, attributes, "", List.of()) : null;
        }
        return skip('>') ? content(name, attributes, nameStart, nameEnd) : null;
    }

    private int skipName() {
        if ((KINDS[peek()] & NAME_START) != 0) {
            skipAll(NAME);
        }
        return at;
    }

    /** Gives null if the name is too long, or if the document may have too many names. */
    private String name(int start, int end) {
        if (end - start > limits.maxNameSize()) {
            return null;
        }
        String name = names.get(xml, start, end);
        return mayBeOneMore(name) ? name : null;
    }

    /** The first names all count, even if they are equal: hardly any document has so many that a set is needed. */
    private boolean mayBeOneMore(String name) {
        if (named < limits.maxDistinctNames() / 2) {
            named++;
            return true;
        }
        if (laterNames == null) {
            laterNames = new HashSet<>();
        }
        laterNames.add(name);
        return named + laterNames.size() <= limits.maxDistinctNames();
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = Map.of();
        while (skip(' ')) {
            int nameStart = at;
            int nameEnd = skipName();
            if (nameEnd == nameStart || !skip('=') || !skip('"')) {
                return null;
            }
            int start = at;
            skipAll(VALUE);
            int length = at - start;
            String name = name(nameStart, nameEnd);
            if (name == null
                    || !skip('"')
                    || length > limits.maxTextSize()
                    || attributes.size() == limits.maxAttributes()
                    || attributes.containsKey(name)) {
                return null;
            }
            String value = new String(xml, start, length, ISO_8859_1);
            if (attributes.isEmpty()) {
                attributes = Map.of(name, value);
            } else {
                if (attributes.size() == 1) {
                    attributes = new LinkedHashMap<>(attributes);
                }
                attributes.put(name, value);
            }
        }
        return attributes;
    }

    /** Reads the content and the end tag of an element. */
    private XmlElement content(String name, Map<String, String> attributes, int nameStart, int nameEnd) {
        int firstSegment = segmentCount;
        XmlElement[] outerChildren = children;
        int outerCount = childCount;
        children = NO_CHILDREN;
        childCount = 0;
        int length = nameEnd - nameStart;
        if (!readContent()
                || xml.length - at < length
                || !Arrays.equals(xml, nameStart, nameEnd, xml, at, at + length)) {
            return null;
        }
        at += length;
        List<XmlElement> own = takeChildren();
        children = outerChildren;
        childCount = outerCount;
        depth--;
        String text = text(firstSegment);
        return text != null && skip('>') ? new XmlElement(name, attributes, text, own) : null;
    }

    /** Reads text and children, up to and including the slash of the end tag. */
    private boolean readContent() {
        while (skipText()) {
            if (skip('/')) {
                return true;
            }
            XmlElement child = element();
            if (child == null) {
                return false;
            }
            if (childCount == children.length) {
                children = Arrays.copyOf(children, Math.max(4, 2 * childCount));
            }
            children[childCount++] = child;
        }
        return false;
    }

    private List<XmlElement> takeChildren() {
        return switch (childCount) {
            case 0 -> List.of();
            case 1 -> List.of(children[0]);
            case 2 -> List.of(children[0], children[1]);
            default -> List.of(childCount == children.length ? children : Arrays.copyOf(children, childCount));
        };
    }

    /** Reads text, up to and including the next opening bracket. A line end is CR LF or LF, and means LF. */
    private boolean skipText() {
        int start = at;
        while (true) {
            skipAll(TEXT);
            addSegment(start, at);
            if (skip('<')) {
                return true;
            }
            if (!skip('\r') || peek() != '\n') {
                return false;
            }
            start = at;
        }
    }

    private void addSegment(int from, int to) {
        if (to > from) {
            if (segmentCount + 2 > segments.length) {
                segments = Arrays.copyOf(segments, 2 * segments.length);
            }
            segments[segmentCount++] = from;
            segments[segmentCount++] = to;
        }
    }

    private int segmentsSize(int firstSegment) {
        int length = 0;
        for (int i = firstSegment; i < segmentCount; i += 2) {
            length += segments[i + 1] - segments[i];
        }
        return length;
    }

    /** Joins the text of an element; null if it is too long. */
    private String text(int firstSegment) {
        int length = segmentsSize(firstSegment);
        int count = segmentCount - firstSegment;
        segmentCount = firstSegment;
        if (length > limits.maxTextSize()) {
            return null;
        }
        if (count <= 2) {
            return count == 0 ? "" : new String(xml, segments[firstSegment], length, ISO_8859_1);
        }
        byte[] text = new byte[length];
        int filled = 0;
        for (int i = firstSegment; i < firstSegment + count; i += 2) {
            for (int from = segments[i]; from < segments[i + 1]; from++) {
                text[filled++] = xml[from]; // A few bytes each: cheaper than a call that copies many.
            }
        }
        return new String(text, ISO_8859_1);
    }
}
