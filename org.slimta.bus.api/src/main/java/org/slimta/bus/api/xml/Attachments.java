package org.slimta.bus.api.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The attachments of one frame. They are counted from 1 over the whole frame, whatever request or response they belong to.
 * Not thread-safe.
 */
public final class Attachments {

    private static final int LONGEST_SHOWN = 200;

    private final List<Attachment> parts = new ArrayList<>();

    /** No attachments yet. */
    public Attachments() {}

    /**
     * Adds an attachment.
     *
     * @param attachment what to add, not null
     * @return its number, 1 for the first: what goes into the attribute {@code part}
     */
    public int add(Attachment attachment) {
        parts.add(Objects.requireNonNull(attachment, "attachment"));
        return parts.size();
    }

    /**
     * The attachment of a number.
     *
     * @param part 1 for the first
     * @return the attachment, never null
     * @throws IllegalArgumentException if the frame has no such attachment
     */
    public Attachment get(int part) {
        if (part < 1 || part > parts.size()) {
            throw new IllegalArgumentException(
                    "there is no attachment " + part + "; the frame has " + parts.size() + ", counted from 1");
        }
        return parts.get(part - 1);
    }

    /**
     * The attachment that an element names in its attribute {@code part}, by digits of ASCII, with or without white space
     * around.
     *
     * @param element the element, not null
     * @return the attachment, never null
     * @throws IllegalArgumentException if the element names none, or one that the frame does not have
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

    /** The number that the digits of ASCII make, at most {@link Integer#MAX_VALUE}; or -1 if it is anything else. */
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

    /** What a peer wrote may be long. */
    private static String cut(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    /**
     * How many there are.
     *
     * @return their number
     */
    public int size() {
        return parts.size();
    }

    /**
     * All of them.
     *
     * @return the attachments in order, a copy
     */
    public List<Attachment> toList() {
        return List.copyOf(parts);
    }
}
