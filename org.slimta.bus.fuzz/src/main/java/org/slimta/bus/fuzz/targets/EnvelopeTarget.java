package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * The root and the items of a frame are read. The root that is read alone equals that of the whole document, with its
 * headers, and the items are the same with and without Woodstox.
 */
public final class EnvelopeTarget {

    private static final Pattern NUMBER = Pattern.compile("[ \\t\\r\\n]*([0-9]+)[ \\t\\r\\n]*");
    private static final Pattern HEADER = Pattern.compile("h-[a-z0-9][a-z0-9._-]{0,63}");
    private static final Set<Reason> ANY = Set.of(Reason.values());

    private EnvelopeTarget() {}

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
        Frame frame = new Frame(input, List.of());
        Frame notPlain = new Frame(Documents.notPlain(input), List.of());
        Outcome<FrameHeader> header = Outcome.of(() -> documents.headers().read(frame), Documents.REFUSALS);
        Outcome<XmlElement> root = documents.read(input);
        if (root.isGood()) {
            checkHeader(root.value(), header, documents.limits());
            checkHeader(
                    root.value(),
                    Outcome.of(() -> documents.headers().read(notPlain), Documents.REFUSALS),
                    documents.limits());
        }
        for (Envelope expected : List.of(Envelope.REQUESTS, Envelope.RESPONSES)) {
            Outcome<List<XmlElement>> items = items(documents, frame, header.value(), expected);
            if (header.isGood() && header.value().headerFault() != null) {
                Broken.unless(!items.isGood(), () -> "there are items although the headers are too large: " + items);
                continue;
            }
            Broken.unlessSame(items(documents, frame, null, expected), items, "the items without and with a header");
            Broken.unlessSame(
                    items(documents, notPlain, null, expected).value(),
                    items.value(),
                    "the items read by Woodstox and directly");
            boolean hasItems = root.isGood()
                    && root.value().name().equals(expected.root())
                    && root.value().children().size() <= documents.limits().maxItems()
                    && !(expected == Envelope.RESPONSES && root.value().attribute("error") != null);
            if (hasItems) {
                Broken.unlessSame(root.value().children(), items.value(), "the items and the children of the root");
            } else {
                Broken.unless(!items.isGood(), () -> "a document without such items has items: " + items);
            }
        }
    }

    private static Outcome<List<XmlElement>> items(
            Documents documents, Frame frame, FrameHeader header, Envelope expected) {
        Set<Reason> allowed = expected == Envelope.RESPONSES ? ANY : Documents.REFUSALS; // Responses may be a failure.
        return Outcome.of(() -> documents.envelopes().read(frame, header, expected), allowed);
    }

    private static void checkHeader(XmlElement root, Outcome<FrameHeader> header, FrameLimits limits) {
        Envelope envelope = List.of(Envelope.values()).stream()
                .filter(one -> one.root().equals(root.name()))
                .findFirst()
                .orElse(null);
        Long tx = number(root.attribute("tx"), 1, 0);
        Long ttl = number(root.attribute("ttl"), 0, FrameHeader.NO_TTL);
        if (envelope == null || (envelope != Envelope.CONTROL && (tx == null || ttl == null))) {
            Broken.unlessSame(new Outcome<FrameHeader>(null, Reason.MALFORMED), header, "the header of " + root);
            return;
        }
        Map<String, String> headers = headersOf(root);
        boolean fits = envelope == Envelope.CONTROL
                || (headers.size() <= limits.maxHeaders() && sizeOf(headers) <= limits.maxHeaderSize());
        if (!fits && envelope == Envelope.REQUESTS) {
            Broken.unlessSame(new Outcome<FrameHeader>(null, Reason.TOO_LARGE), header, "the headers of " + root);
            return;
        }
        Broken.unless(header.isGood(), () -> "the document is valid, but its header was refused: " + header);
        Broken.unlessSame(fits, header.value().headerFault() == null, "whether the headers fit");
        Broken.unlessSame(envelope, header.value().envelope(), "the envelope of " + root);
        if (envelope == Envelope.CONTROL) {
            Broken.unlessSame(root.attributes(), header.value().control(), "the attributes of " + root);
        } else {
            Broken.unlessSame(tx, header.value().tx(), "tx of " + root);
            Broken.unlessSame(ttl, header.value().ttl(), "ttl of " + root);
            Broken.unlessSame(Map.of(), header.value().control(), "attributes that only control frames have");
            Broken.unlessSame(
                    fits ? Headers.of(headers) : Headers.none(), header.value().headers(), "the headers of " + root);
        }
    }

    private static Map<String, String> headersOf(XmlElement root) {
        Map<String, String> headers = new LinkedHashMap<>();
        root.attributes().forEach((name, value) -> {
            if (HEADER.matcher(name).matches()) {
                headers.put(name.substring(2), value);
            }
        });
        return headers;
    }

    private static int sizeOf(Map<String, String> headers) {
        return headers.entrySet().stream()
                .mapToInt(each -> (each.getKey() + each.getValue()).getBytes(UTF_8).length)
                .sum();
    }

    /** The number, or null if it is not allowed. */
    private static Long number(String value, long min, long absent) {
        if (value == null) {
            return absent;
        }
        Matcher digits = NUMBER.matcher(value);
        if (!digits.matches()) {
            return null;
        }
        BigInteger number = new BigInteger(digits.group(1));
        return number.bitLength() > 63 || number.longValue() < min ? null : (Long) number.longValue();
    }
}
