package org.slimta.bus.api;

import java.util.Objects;


/**
 * What a frame may weigh at most. More is refused with {@code TOO_LARGE} before memory is taken for it. Immutable; made by a
 * {@link #builder()}.
 */
public final class FrameLimits {

    private static final FrameLimits DEFAULTS = builder().build();

    private final int maxParts;
    private final long maxPartSize;
    private final long maxFrameSize;
    private final int maxXmlSize;
    private final int maxDepth;
    private final int maxAttributes;
    private final int maxElements;
    private final int maxItems;
    private final int maxTextSize;
    private final int maxNameSize;
    private final int maxDistinctNames;
    private final int maxPrologSize;

    private FrameLimits(Builder builder) {
        maxParts = builder.maxParts;
        maxPartSize = builder.maxPartSize;
        maxFrameSize = builder.maxFrameSize;
        maxXmlSize = builder.maxXmlSize;
        maxDepth = builder.maxDepth;
        maxAttributes = builder.maxAttributes;
        maxElements = builder.maxElements;
        maxItems = builder.maxItems;
        maxTextSize = builder.maxTextSize;
        maxNameSize = builder.maxNameSize;
        maxDistinctNames = builder.maxDistinctNames;
        maxPrologSize = builder.maxPrologSize;
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
    public int maxParts() {
        return maxParts;
    }

    /**
     * How large one attachment may be.
     *
     * @return bytes, 0 to 4,294,967,295; default 64 MiB
     */
    public long maxPartSize() {
        return maxPartSize;
    }

    /**
     * How large all parts of a frame may be together.
     *
     * @return bytes, 1 or more; default 128 MiB
     */
    public long maxFrameSize() {
        return maxFrameSize;
    }

    /**
     * How large the XML may be.
     *
     * @return bytes, 1 or more; default 8 MiB
     */
    public int maxXmlSize() {
        return maxXmlSize;
    }

    /**
     * How deep elements may be nested, {@code <requests>} counted.
     *
     * @return levels, 2 to 1000; default 64
     */
    public int maxDepth() {
        return maxDepth;
    }

    /**
     * How many attributes an element may have.
     *
     * @return attributes, 2 to 1000, since {@code <requests>} may have 2; default 64
     */
    public int maxAttributes() {
        return maxAttributes;
    }

    /**
     * How many elements the XML may have, {@code <requests>} counted.
     *
     * @return elements, 2 or more; default 100,000
     */
    public int maxElements() {
        return maxElements;
    }

    /**
     * How many requests, or responses, one array may have.
     *
     * @return items, 1 or more; default 10,000
     */
    public int maxItems() {
        return maxItems;
    }

    /**
     * How long one attribute, or the text of one element, may be.
     *
     * @return characters, 1 or more; default 1,048,576
     */
    public int maxTextSize() {
        return maxTextSize;
    }

    /**
     * How long one name of the XML may be, whatever it is the name of.
     *
     * @return characters, 16 or more; default 1,000
     */
    public int maxNameSize() {
        return maxNameSize;
    }

    /**
     * How many different names the XML may have: those of elements, attributes and processing instructions together.
     *
     * @return names, 16 or more; default 10,000
     */
    public int maxDistinctNames() {
        return maxDistinctNames;
    }

    /**
     * How large what precedes the root element may be: a declaration, comments, processing instructions and white space.
     *
     * @return bytes, 0 or more; default 64 KiB
     */
    public int maxPrologSize() {
        return maxPrologSize;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameLimits limits
                && maxParts == limits.maxParts
                && maxPartSize == limits.maxPartSize
                && maxFrameSize == limits.maxFrameSize
                && maxXmlSize == limits.maxXmlSize
                && maxDepth == limits.maxDepth
                && maxAttributes == limits.maxAttributes
                && maxElements == limits.maxElements
                && maxItems == limits.maxItems
                && maxTextSize == limits.maxTextSize
                && maxNameSize == limits.maxNameSize
                && maxDistinctNames == limits.maxDistinctNames
                && maxPrologSize == limits.maxPrologSize;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                maxParts, maxPartSize, maxFrameSize, maxXmlSize, maxDepth, maxAttributes, maxElements, maxItems, maxTextSize,
                maxNameSize, maxDistinctNames, maxPrologSize);
    }

    /**
     * Starts from these limits.
     *
     * @return a builder with their values, never null
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** All values, with their names; no passwords. */
    @Override
    public String toString() {
        return "FrameLimits[maxParts=" + maxParts
                + ", maxPartSize=" + maxPartSize
                + ", maxFrameSize=" + maxFrameSize
                + ", maxXmlSize=" + maxXmlSize
                + ", maxDepth=" + maxDepth
                + ", maxAttributes=" + maxAttributes
                + ", maxElements=" + maxElements
                + ", maxItems=" + maxItems
                + ", maxTextSize=" + maxTextSize
                + ", maxNameSize=" + maxNameSize
                + ", maxDistinctNames=" + maxDistinctNames
                + ", maxPrologSize=" + maxPrologSize
                + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private int maxParts = 16_384;
        private long maxPartSize = 64L << 20;
        private long maxFrameSize = 128L << 20;
        private int maxXmlSize = 8 << 20;
        private int maxDepth = 64;
        private int maxAttributes = 64;
        private int maxElements = 100_000;
        private int maxItems = 10_000;
        private int maxTextSize = 1 << 20;
        private int maxNameSize = 1_000;
        private int maxDistinctNames = 10_000;
        private int maxPrologSize = 64 << 10;

        private Builder() {}

        private Builder(FrameLimits limits) {
            maxParts = limits.maxParts;
            maxPartSize = limits.maxPartSize;
            maxFrameSize = limits.maxFrameSize;
            maxXmlSize = limits.maxXmlSize;
            maxDepth = limits.maxDepth;
            maxAttributes = limits.maxAttributes;
            maxElements = limits.maxElements;
            maxItems = limits.maxItems;
            maxTextSize = limits.maxTextSize;
            maxNameSize = limits.maxNameSize;
            maxDistinctNames = limits.maxDistinctNames;
            maxPrologSize = limits.maxPrologSize;
        }

        /**
         * How many parts a frame may have, the XML counted.
         *
         * @param value parts, 1 to 65535; default 16,384
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxParts(int value) {
            maxParts = OptionRange.between("maxParts", value, 1, 65535);
            return this;
        }

        /**
         * How large one attachment may be.
         *
         * @param value bytes, 0 to 4,294,967,295; default 64 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxPartSize(long value) {
            maxPartSize = OptionRange.between("maxPartSize", value, 0, 4_294_967_295L);
            return this;
        }

        /**
         * How large all parts of a frame may be together.
         *
         * @param value bytes, 1 or more; default 128 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxFrameSize(long value) {
            maxFrameSize = OptionRange.between("maxFrameSize", value, 1, Long.MAX_VALUE);
            return this;
        }

        /**
         * How large the XML may be.
         *
         * @param value bytes, 1 or more; default 8 MiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxXmlSize(int value) {
            maxXmlSize = OptionRange.between("maxXmlSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How deep elements may be nested, {@code <requests>} counted.
         *
         * @param value levels, 2 to 1000; default 64
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxDepth(int value) {
            maxDepth = OptionRange.between("maxDepth", value, 2, 1000);
            return this;
        }

        /**
         * How many attributes an element may have.
         *
         * @param value attributes, 2 to 1000, since {@code <requests>} may have 2; default 64
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxAttributes(int value) {
            maxAttributes = OptionRange.between("maxAttributes", value, 2, 1000);
            return this;
        }

        /**
         * How many elements the XML may have, {@code <requests>} counted.
         *
         * @param value elements, 2 or more; default 100,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxElements(int value) {
            maxElements = OptionRange.between("maxElements", value, 2, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many requests, or responses, one array may have.
         *
         * @param value items, 1 or more; default 10,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxItems(int value) {
            maxItems = OptionRange.between("maxItems", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How long one attribute, or the text of one element, may be.
         *
         * @param value characters, 1 or more; default 1,048,576
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxTextSize(int value) {
            maxTextSize = OptionRange.between("maxTextSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How long one name of the XML may be, whatever it is the name of.
         *
         * @param value characters, 16 or more; default 1,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxNameSize(int value) {
            maxNameSize = OptionRange.between("maxNameSize", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many different names the XML may have: those of elements, attributes and processing instructions together.
         *
         * @param value names, 16 or more; default 10,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxDistinctNames(int value) {
            maxDistinctNames = OptionRange.between("maxDistinctNames", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How large what precedes the root element may be: a declaration, comments, processing instructions and white space.
         *
         * @param value bytes, 0 or more; default 64 KiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxPrologSize(int value) {
            maxPrologSize = OptionRange.between("maxPrologSize", value, 0, Integer.MAX_VALUE);
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
