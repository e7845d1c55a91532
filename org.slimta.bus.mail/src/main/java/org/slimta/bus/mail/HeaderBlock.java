package org.slimta.bus.mail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/** The headers at the front of a message. Source: RFC 5322, sections 2.2 and 4.5.8; UTF-8 by RFC 6532. */
final class HeaderBlock {

    private static final int CASE_OFFSET = 'a' - 'A';

    private final Attachment message;

    HeaderBlock(Attachment message) {
        this.message = message;
    }

    /** Reads the first values of a name in order, and no more of the message than necessary. */
    List<String> values(String name, int max) throws IOException {
        List<String> values = new ArrayList<>();
        try (HeaderLines lines = new HeaderLines(message)) {
            for (byte[] line = lines.read(); line != null; line = lines.read()) {
                int colon = colonAfter(name, line);
                if (colon < 0) {
                    continue;
                }
                StringBuilder value = new StringBuilder(decode(line, colon + 1));
                while (lines.isContinued()) {
                    value.append(decode(lines.read(), 0));
                }
                values.add(withoutBlanksAround(value));
                if (values.size() == max) {
                    break;
                }
            }
        }
        return values;
    }

    /** The index of the colon if the line starts a header with that name, otherwise -1. */
    private static int colonAfter(String name, byte[] line) {
        if (name.isEmpty() || line.length <= name.length()) {
            return -1;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lowerCase(line[i] & 0xff) != lowerCase(name.charAt(i)) || line[i] < 0) {
                return -1;
            }
        }
        int colon = name.length();
        while (colon < line.length && HeaderLines.isBlank(line[colon])) {
            colon++;
        }
        return colon < line.length && line[colon] == ':' ? colon : -1;
    }

    private static int lowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c + CASE_OFFSET : c;
    }

    private static String decode(byte[] line, int from) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line, from, line.length - from);
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return new String(line, from, line.length - from, StandardCharsets.ISO_8859_1);
        }
    }

    private static String withoutBlanksAround(CharSequence value) {
        int start = 0;
        int end = value.length();
        while (start < end && HeaderLines.isBlank(value.charAt(start))) {
            start++;
        }
        while (start < end && HeaderLines.isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.subSequence(start, end).toString();
    }
}
