package org.slimta.bus.fuzz.targets;

import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

/**
 * Documents are read. With and without Woodstox the same comes of them; what is read is within the limits; and it can be
 * written, and is then read the same.
 */
public final class XmlReaderTarget {

    private XmlReaderTarget() {}

    /**
     * Tries a document.
     *
     * @param input its bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        tryWith(input, Documents.USUAL);
        tryWith(input, Documents.TIGHT);
    }

    private static void tryWith(byte[] input, Documents documents) {
        Outcome<XmlElement> read = documents.read(input);
        if (read.isGood()) {
            checkLimits(read.value(), 1, documents.limits());
            int elements = count(read.value());
            Broken.unless(elements <= documents.limits().maxElements(), () -> elements + " elements");
        }
        if (read.isGood() && hasWritableNames(read.value())) {
            Outcome<XmlElement> again = Documents.WIDE.read(Documents.write(read.value()));
            XmlElement expected = Documents.rootAsWritten(read.value(), !read.value().text().isEmpty());
            Broken.unlessSame(expected, again.value(), "what is written of what was read");
        }
    }

    /** Names beyond 16 bits are read, but not written: most parsers refuse them. */
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
        Broken.unless(depth <= limits.maxDepth(), () -> depth + " elements deep");
        Broken.unless(element.attributes().size() <= limits.maxAttributes(), () -> element.attributes() + " are too many");
        Broken.unless(element.text().length() <= limits.maxTextSize(), () -> element.text().length() + " characters of text");
        element.attributes()
                .values()
                .forEach(value -> Broken.unless(value.length() <= limits.maxTextSize(), () -> value.length() + " in a value"));
        element.children().forEach(child -> checkLimits(child, depth + 1, limits));
    }
}
