package org.slimta.bus.api;

import java.util.Objects;


/**
 * What a frame may weigh at most. More is refused with {@code TOO_LARGE} before memory is taken for it. Immutable; made by a
 * {@link #builder()}.
 */
public final class FrameLimits {

    private static final FrameLimits DEFAULTS = builder().build();

    private final int parts;
    private final long partSize;
    private final long frameSize;
    private final int xmlSize;
    private final int depth;
    private final int attributes;
    private final int elements;
    private final int items;
    private final int textSize;
    private final int nameSize;
    private final int distinctNames;
    private final int prologSize;

    private FrameLimits(Builder builder) {
        parts = builder.parts;
        partSize = builder.partSize;
        frameSize = builder.frameSize;
        xmlSize = builder.xmlSize;
        depth = builder.depth;
        attributes = builder.attributes;
        elements = builder.elements;
        items = builder.items;
        textSize = builder.textSize;
        nameSize = builder.nameSize;
        distinctNames = builder.distinctNames;
        prologSize = builder.prologSize;
    }

    /**
     * All defaults.
     *
     * @return the options, never null
     */
    public static FrameLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder, never null
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How many parts a frame may have, the XML counted.
     *
     * @return parts, 1 to 65535; default 16,384
     */
    public int parts() {
        return parts;
    }

    /**
     * How large one attachment may be.
     *
     * @return bytes, 0 to 4,294,967,295; default 64 MiB
     */
    public long partSize() {
        return partSize;
    }

    /**
     * How large all parts of a frame may be together.
     *
     * @return bytes, 1 or more; default 128 MiB
     */
    public long frameSize() {
        return frameSize;
    }

    /**
     * How large the XML may be.
     *
     * @return bytes, 1 or more; default 8 MiB
     */
    public int xmlSize() {
        return xmlSize;
    }

    /**
     * How deep elements may be nested, {@code <requests>} counted.
     *
     * @return levels, 2 to 1000; default 64
     */
    public int depth() {
        return depth;
    }

    /**
     * How many attributes an element may have.
     *
     * @return attributes, 2 to 1000, since {@code <requests>} may have 2; default 64
     */
    public int attributes() {
        return attributes;
    }

    /**
     * How many elements the XML may have, {@code <requests>} counted.
     *
     * @return elements, 2 or more; default 100,000
     */
    public int elements() {
        return elements;
    }

    /**
     * How many requests, or responses, one array may have.
     *
     * @return items, 1 or more; default 10,000
     */
    public int items() {
        return items;
    }

    /**
     * How long one attribute, or the text of one element, may be.
     *
     * @return characters, 1 or more; default 1,048,576
     */
    public int textSize() {
        return textSize;
    }

    /**
     * How long one name of the XML may be, whatever it is the name of.
     *
     * @return characters, 16 or more; default 1,000
     */
    public int nameSize() {
        return nameSize;
    }

    /**
     * How many different names the XML may have: those of elements, attributes and processing instructions together.
     *
     * @return names, 16 or more; default 10,000
     */
    public int distinctNames() {
        return distinctNames;
    }

    /**
     * How large what precedes the root element may be: a declaration, comments, processing instructions and white space.
     *
     * @return bytes, 0 or more; default 64 KiB
     */
    public int prologSize() {
        return prologSize;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameLimits limits
                && parts == limits.parts
                && partSize == limits.partSize
                && frameSize == limits.frameSize
                && xmlSize == limits.xmlSize
                && depth == limits.depth
                && attributes == limits.attributes
                && elements == limits.elements
                && items == limits.items
                && textSize == limits.textSize
                && nameSize == limits.nameSize
                && distinctNames == limits.distinctNames
                && prologSize == limits.prologSize;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                parts, partSize, frameSize, xmlSize, depth, attributes, elements, items, textSize, nameSize, distinctNames,
                prologSize);
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private int parts = 16_384;
        private long partSize = 64L << 20;
        private long frameSize = 128L << 20;
        private int xmlSize = 8 << 20;
        private int depth = 64;
        private int attributes = 64;
        private int elements = 100_000;
        private int items = 10_000;
        private int textSize = 1 << 20;
        private int nameSize = 1_000;
        private int distinctNames = 10_000;
        private int prologSize = 64 << 10;

        private Builder() {}

        /**
         * How many parts a frame may have, the XML counted.
         *
         * @param value parts, 1 to 65535; default 16,384
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder parts(int value) {
            parts = OptionRange.between("parts", value, 1, 65535);
            return this;
        }

        /**
         * How large one attachment may be.
         *
         * @param value bytes, 0 to 4,294,967,295; default 64 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder partSize(long value) {
            partSize = OptionRange.between("partSize", value, 0, 4_294_967_295L);
            return this;
        }

        /**
         * How large all parts of a frame may be together.
         *
         * @param value bytes, 1 or more; default 128 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder frameSize(long value) {
            frameSize = OptionRange.between("frameSize", value, 1, Long.MAX_VALUE);
            return this;
        }

        /**
         * How large the XML may be.
         *
         * @param value bytes, 1 or more; default 8 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder xmlSize(int value) {
            xmlSize = OptionRange.between("xmlSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How deep elements may be nested, {@code <requests>} counted.
         *
         * @param value levels, 2 to 1000; default 64
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder depth(int value) {
            depth = OptionRange.between("depth", value, 2, 1000);
            return this;
        }

        /**
         * How many attributes an element may have.
         *
         * @param value attributes, 2 to 1000, since {@code <requests>} may have 2; default 64
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder attributes(int value) {
            attributes = OptionRange.between("attributes", value, 2, 1000);
            return this;
        }

        /**
         * How many elements the XML may have, {@code <requests>} counted.
         *
         * @param value elements, 2 or more; default 100,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder elements(int value) {
            elements = OptionRange.between("elements", value, 2, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many requests, or responses, one array may have.
         *
         * @param value items, 1 or more; default 10,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder items(int value) {
            items = OptionRange.between("items", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How long one attribute, or the text of one element, may be.
         *
         * @param value characters, 1 or more; default 1,048,576
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder textSize(int value) {
            textSize = OptionRange.between("textSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How long one name of the XML may be, whatever it is the name of.
         *
         * @param value characters, 16 or more; default 1,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder nameSize(int value) {
            nameSize = OptionRange.between("nameSize", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many different names the XML may have: those of elements, attributes and processing instructions together.
         *
         * @param value names, 16 or more; default 10,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder distinctNames(int value) {
            distinctNames = OptionRange.between("distinctNames", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How large what precedes the root element may be: a declaration, comments, processing instructions and white space.
         *
         * @param value bytes, 0 or more; default 64 KiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder prologSize(int value) {
            prologSize = OptionRange.between("prologSize", value, 0, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options, never null
         */
        public FrameLimits build() {
            return new FrameLimits(this);
        }
    }
}
