package org.slimta.bus.mail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slimta.bus.api.xml.Attachment;

/** Writes a header to be put in front of a message. Source: RFC 5322, section 2.2. */
final class HeaderLine {

    private static final String CR_LF = "\r\n";

    private HeaderLine() {}

    /** The end of the first line of a message; CR LF if that line is too long for a header, or has no end. */
    static String end(Attachment message) throws IOException {
        if (message instanceof PrefixedAttachment prefixed) {
            return prefixed.lineEnd();
        }
        try (InputStream in = new BufferedInputStream(message.open())) {
            int before = -1;
            for (int i = 0; i < HeaderLines.MAX_BYTES; i++) {
                int b = in.read();
                if (b == '\n') {
                    return before == '\r' ? CR_LF : "\n";
                }
                if (b < 0) {
                    break;
                }
                before = b;
            }
        }
        return CR_LF;
    }

    static byte[] bytes(String name, String value, String lineEnd) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':')) {
            throw new IllegalArgumentException("'" + PeerText.of(name) + "' is not a valid header name");
        }
        String[] folds = value.split("\r?\n|\r", -1);
        for (int i = 0; i < folds.length; i++) {
            checkFold(i, folds[i], name);
        }
        return (name + ": " + String.join(lineEnd, folds) + lineEnd).getBytes(StandardCharsets.UTF_8);
    }

    private static void checkFold(int index, String fold, String name) {
        for (int i = 0; i < fold.length(); i++) {
            if (Character.isISOControl(fold.charAt(i)) && fold.charAt(i) != '\t') {
                throw refused(
                        index,
                        name,
                        "has the control character " + String.format("U+%04X", (int) fold.charAt(i))
                                + "; only tabs are allowed");
            }
        }
        if (index > 0 && (fold.isEmpty() || !HeaderLines.isBlank(fold.charAt(0)))) {
            throw refused(index, name, "is not folded; it must start with a space or tab");
        }
        if (index > 0 && fold.chars().allMatch(HeaderLines::isBlank)) {
            throw refused(index, name, "has only spaces and tabs");
        }
    }

    private static IllegalArgumentException refused(int index, String name, String why) {
        return new IllegalArgumentException("line " + (index + 1) + " of the header " + PeerText.of(name) + " " + why);
    }
}
