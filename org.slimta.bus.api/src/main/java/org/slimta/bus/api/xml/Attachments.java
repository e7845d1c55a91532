package org.slimta.bus.api.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The attachments of one frame. They are numbered from 1 over the whole frame, whichever request or response they
 * belong to. Not thread-safe.
 */
public final class Attachments {

    private static final int MAX_SHOWN_CHARACTERS = 200;

    private final List<Attachment> parts = new ArrayList<>();

    /** Creates an empty list of attachments. */
    public Attachments() {}

    /**
     * Adds an attachment.
     *
     * @param attachment the attachment, not null
     * @return its number, 1 for the first: the value for the attribute {@code part}
     */
    public int add(Attachment attachment) {
        parts.add(Objects.requireNonNull(attachment, "attachment"));
        return parts.size();
    }

    /**
     * Returns the attachment with the given number.
     *
     * @param part the number, 1 for the first
     * @return the attachment, never null
     * @throws IllegalArgumentException if the frame has no attachment with that number
     */
    public Attachment get(int part) {
        if (part < 1 || part > parts.size()) {
            throw new IllegalArgumentException(
                    "attachment " + part + " does not exist; the frame has " + parts.size() + ", numbered from 1");
        }
        return parts.get(part - 1);
    }

    /**
     * Returns the attachment that an element refers to by its attribute {@code part}: ASCII digits, optionally
     * surrounded by white space.
     *
     * @param element the element, not null
     * @return the attachment, never null
     * @throws IllegalArgumentException if the element has no such attribute, or the frame has no such attachment
     */
    public Attachment of(XmlElement element) {
        String part = element.attribute("part");
        if (part == null) {
            throw new IllegalArgumentException("<" + cut(element.name()) + "> has no attribute part");
        }
        int number = number(part);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "the attribute part of <" + cut(element.name()) + "> is '" + cut(part) + "', not a number");
        }
        return get(number);
    }

    /** The value of ASCII digits, at most {@link Integer#MAX_VALUE}; or -1 for any other text. */
    private static int number(String text) {
        String digits = withoutBlanksAround(text);
        long number = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = Math.min(Integer.MAX_VALUE, 10 * number + digit - '0');
        }
        return (int) number;
    }

    private static String withoutBlanksAround(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    /** Limits text of a peer, which may be long. */
    private static String cut(String text) {
        return text.length() <= MAX_SHOWN_CHARACTERS ? text : text.substring(0, MAX_SHOWN_CHARACTERS) + "...";
    }

    /** {@return the number of attachments} */
    public int size() {
        return parts.size();
    }

    /** {@return the attachments in order, a copy, never null} */
    public List<Attachment> toList() {
        return List.copyOf(parts);
    }
}
