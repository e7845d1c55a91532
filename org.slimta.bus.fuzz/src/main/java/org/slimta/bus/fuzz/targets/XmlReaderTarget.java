package org.slimta.bus.fuzz.targets;

import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * Documents are read. The result is the same with and without Woodstox; it is within the limits; and it can be written
 * and is then read as the same document.
 */
public final class XmlReaderTarget {

    private XmlReaderTarget() {}

    /**
     * Tests a document.
     *
     * @param input the bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        check(input, Documents.DEFAULT);
        check(input, Documents.TIGHT);
    }

    private static void check(byte[] input, Documents documents) {
        Outcome<XmlElement> read = documents.read(input);
        if (read.isGood()) {
            checkLimits(read.value(), 1, documents.limits());
            int elements = count(read.value());
            Broken.unless(elements <= documents.limits().maxElements(), () -> elements + " elements");
        }
        if (read.isGood() && hasWritableNames(read.value())) {
            Outcome<XmlElement> again = Documents.WIDE.read(Documents.write(read.value()));
            XmlElement expected =
                    Documents.rootAsWritten(read.value(), !read.value().text().isEmpty());
            Broken.unlessSame(expected, again.value(), "a document that was read, written and read again");
        }
    }

    /** Names with characters beyond 16 bits are read, but not written, since most parsers refuse them. */
    private static boolean hasWritableNames(XmlElement element) {
        return isWritable(element.name())
                && element.attributes().keySet().stream().allMatch(XmlReaderTarget::isWritable)
                && element.children().stream().allMatch(XmlReaderTarget::hasWritableNames);
    }

    private static boolean isWritable(String name) {
        return name.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    private static int count(XmlElement element) {
        return 1 + element.children().stream().mapToInt(XmlReaderTarget::count).sum();
    }

    private static void checkLimits(XmlElement element, int depth, FrameLimits limits) {
        Broken.unless(depth <= limits.maxDepth(), () -> "elements are nested " + depth + " deep");
        int attributes = element.attributes().size();
        long headers = depth > 1 ? 0 : countHeaders(element);
        Broken.unless(
                attributes - headers <= limits.maxAttributes()
                        && attributes <= limits.maxAttributes() + (depth > 1 ? 0 : limits.maxHeaders()),
                () -> "too many attributes: " + element.attributes());
        checkTextSize(element.text(), limits);
        element.attributes().values().forEach(value -> checkTextSize(value, limits));
        element.children().forEach(child -> checkLimits(child, depth + 1, limits));
    }

    private static long countHeaders(XmlElement root) {
        return root.attributes().keySet().stream()
                .filter(name -> name.startsWith(XmlReader.HEADER_PREFIX))
                .count();
    }

    private static void checkTextSize(String text, FrameLimits limits) {
        Broken.unless(text.length() <= limits.maxTextSize(), () -> text.length() + " characters of text");
    }
}
