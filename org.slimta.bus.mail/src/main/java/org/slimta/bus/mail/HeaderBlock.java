package org.slimta.bus.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The headers at the front of a message. Source: RFC 5322, section 2.2; UTF-8 by RFC 6532. */
final class HeaderBlock {

    private static final int LONGEST = 1 << 20;

    private final List<String> lines;
    private final String lineEnd;

    private HeaderBlock(List<String> lines, String lineEnd) {
        this.lines = lines;
        this.lineEnd = lineEnd;
    }

    static HeaderBlock read(Contents contents) throws IOException {
        List<String> lines = new ArrayList<>();
        String lineEnd = "\r\n";
        try (InputStream in = new BufferedInputStream(contents.open())) {
            int rest = LONGEST;
            boolean first = true;
            for (byte[] raw = readLine(in, rest); raw.length > 0; raw = readLine(in, rest)) {
                rest -= raw.length;
                String line = decode(raw);
                if (first && line.endsWith("\n") && !line.endsWith("\r\n")) {
                    lineEnd = "\n";
                }
                first = false;
                line = line.stripTrailing();
                if (line.isEmpty()) {
                    break;
                }
                lines.add(line);
            }
        }
        return new HeaderBlock(lines, lineEnd);
    }

    private static byte[] readLine(InputStream in, int longest) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
            if (line.size() > longest) {
                throw new IOException("the headers of the message are longer than " + LONGEST + " bytes");
            }
        }
        return line.toByteArray();
    }

    private static String decode(byte[] line) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            return new String(line, StandardCharsets.ISO_8859_1);
        }
    }

    String lineEnd() {
        return lineEnd;
    }

    List<String> values(String name) {
        List<String> values = new ArrayList<>();
        StringBuilder open = null;
        for (String line : lines) {
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                if (open != null) {
                    open.append(line);
                }
                continue;
            }
            if (open != null) {
                values.add(open.toString().strip());
            }
            int colon = line.indexOf(':');
            boolean wanted = colon >= 0 && line.substring(0, colon).strip().equalsIgnoreCase(name);
            open = wanted ? new StringBuilder(line.substring(colon + 1)) : null;
        }
        if (open != null) {
            values.add(open.toString().strip());
        }
        return values;
    }

    static String line(String name, String value, String lineEnd) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':')) {
            throw new IllegalArgumentException("'" + name + "' is no name of a header");
        }
        String[] folds = value.split("\r?\n|\r", -1);
        for (int i = 1; i < folds.length; i++) {
            if (folds[i].isBlank() || folds[i].charAt(0) != ' ' && folds[i].charAt(0) != '\t') {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + " of the header " + name + " is not folded: it must begin with a space or tab");
            }
        }
        return name + ": " + String.join(lineEnd, folds) + lineEnd;
    }
}
