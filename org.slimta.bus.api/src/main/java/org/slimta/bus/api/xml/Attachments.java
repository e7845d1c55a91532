package org.slimta.bus.api.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The attachments of one frame. They are counted from 1 over the whole frame, whatever request or response they belong to.
 * Not thread-safe.
 */
public final class Attachments {

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
     * The attachment that an element names in its attribute {@code part}.
     *
     * @param element the element, not null
     * @return the attachment, never null
     * @throws IllegalArgumentException if the element names none, or one that the frame does not have
     */
    public Attachment of(XmlElement element) {
        String part = element.attribute("part");
        if (part == null) {
            throw new IllegalArgumentException("<" + element.name() + "> has no attribute part");
        }
        try {
            return get(Integer.parseInt(part));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the attribute part of <" + element.name() + "> is '" + part + "', not a number", e);
        }
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
