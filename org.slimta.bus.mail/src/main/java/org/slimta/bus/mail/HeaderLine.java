package org.slimta.bus.mail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slimta.bus.api.xml.Attachment;

/** Writes a header that stands in front of a message. Source: RFC 5322, section 2.2. */
final class HeaderLine {

    private static final String CR_LF = "\r\n";

    private HeaderLine() {}

    /** How the first line of a message ends; CR LF if it is too long to be a header, or has no end. */
    static String end(Attachment message) throws IOException {
        if (message instanceof PrefixedAttachment prefixed) {
            return prefixed.lineEnd();
        }
        try (InputStream in = new BufferedInputStream(message.open())) {
            int before = -1;
            for (int i = 0; i < HeaderLines.LONGEST; i++) {
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
            throw new IllegalArgumentException("'" + PeerText.of(name) + "' cannot be the name of a header");
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
                throw refused(index, name, "holds the control character "
                        + String.format("U+%04X", (int) fold.charAt(i)) + ": a tab is the only one that it may hold");
            }
        }
        if (index > 0 && (fold.isEmpty() || !HeaderLines.isBlank(fold.charAt(0)))) {
            throw refused(index, name, "is not folded: it must begin with a space or tab");
        }
        if (index > 0 && fold.chars().allMatch(HeaderLines::isBlank)) {
            throw refused(index, name, "has nothing but blanks");
        }
    }

    private static IllegalArgumentException refused(int index, String name, String why) {
        return new IllegalArgumentException("line " + (index + 1) + " of the header " + PeerText.of(name) + " " + why);
    }
}
