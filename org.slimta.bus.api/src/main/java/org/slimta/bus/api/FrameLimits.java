package org.slimta.bus.api;

/**
 * Limits of the size of a frame. A larger frame is refused with {@link BusException.Reason#TOO_LARGE} before memory is
 * allocated for it. Immutable; built with {@link #builder()}.
 */
public final class FrameLimits {

    private static final FrameLimits DEFAULTS = builder().build();

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private FrameLimits(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return the default limits, never null} */
    public static FrameLimits defaults() {
        return DEFAULTS;
    }

    /** {@return a builder that starts with the defaults, never null} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the maximum number of parts of a frame, including the XML; 1 to 65535, default 16,384} */
    public int maxParts() {
        return values.maxParts;
    }

    /** {@return the maximum size of one attachment in bytes; 0 to 4,294,967,295, default 64 MiB} */
    public long maxPartSize() {
        return values.maxPartSize;
    }

    /** {@return the maximum size of all parts of a frame together in bytes; 1 or more, default 128 MiB} */
    public long maxFrameSize() {
        return values.maxFrameSize;
    }

    /** {@return the maximum size of the XML in bytes; 1 or more, default 8 MiB} */
    public int maxXmlSize() {
        return values.maxXmlSize;
    }

    /**
     * {@return the maximum depth to which elements may be nested, including {@code <requests>}; 2 to 1000, default 64}
     */
    public int maxDepth() {
        return values.maxDepth;
    }

    /**
     * {@return the maximum number of attributes of one element; 2 to 1000, default 64} {@code <requests>} may have two
     * attributes, hence the lower limit.
     */
    public int maxAttributes() {
        return values.maxAttributes;
    }

    /** {@return the maximum number of elements of the XML, including {@code <requests>}; 2 or more, default 100,000} */
    public int maxElements() {
        return values.maxElements;
    }

    /** {@return the maximum number of requests or responses of one transaction; 1 or more, default 10,000} */
    public int maxItems() {
        return values.maxItems;
    }

    /**
     * {@return the maximum length of one attribute, or of the text of one element, in characters; 1 or more, default
     * 1,048,576}
     */
    public int maxTextSize() {
        return values.maxTextSize;
    }

    /** {@return the maximum length of any name in the XML, in characters; 16 or more, default 1,000} */
    public int maxNameSize() {
        return values.maxNameSize;
    }

    /**
     * {@return the maximum number of different names in the XML: those of elements, attributes and processing
     * instructions together; 16 or more, default 10,000}
     */
    public int maxDistinctNames() {
        return values.maxDistinctNames;
    }

    /**
     * {@return the maximum size of what precedes the root element in bytes: a declaration, comments, processing
     * instructions and white space; 0 or more, default 64 KiB}
     */
    public int maxPrologSize() {
        return values.maxPrologSize;
    }

    /**
     * {@return the maximum number of headers of one transaction, in each direction; 0 (none) to 1000, default 32} They
     * do not count for {@link #maxAttributes()}.
     */
    public int maxHeaders() {
        return values.maxHeaders;
    }

    /**
     * {@return the maximum size of the headers of one transaction, in each direction, in bytes: their names and values
     * in UTF-8 together; 0 to 1 MiB, default 8 KiB}
     */
    public int maxHeaderSize() {
        return values.maxHeaderSize;
    }

    /** {@return a builder that starts with these limits, never null} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameLimits that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    /** {@return all limits with their names} */
    @Override
    public String toString() {
        return "FrameLimits" + values.named();
    }

    /**
     * Builds {@link FrameLimits}; not thread-safe. The getters of {@link FrameLimits} say what each limit means, its
     * unit, range and default. A value out of range is refused with an {@link IllegalArgumentException} that states the
     * range.
     */
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
        private int maxHeaders = 32;
        private int maxHeaderSize = 8 << 10;

        private Builder() {}

        private Builder(Builder other) {
            maxParts = other.maxParts;
            maxPartSize = other.maxPartSize;
            maxFrameSize = other.maxFrameSize;
            maxXmlSize = other.maxXmlSize;
            maxDepth = other.maxDepth;
            maxAttributes = other.maxAttributes;
            maxElements = other.maxElements;
            maxItems = other.maxItems;
            maxTextSize = other.maxTextSize;
            maxNameSize = other.maxNameSize;
            maxDistinctNames = other.maxDistinctNames;
            maxPrologSize = other.maxPrologSize;
            maxHeaders = other.maxHeaders;
            maxHeaderSize = other.maxHeaderSize;
        }

        private NamedValues named() {
            return new NamedValues()
                    .add("maxParts", maxParts)
                    .add("maxPartSize", maxPartSize)
                    .add("maxFrameSize", maxFrameSize)
                    .add("maxXmlSize", maxXmlSize)
                    .add("maxDepth", maxDepth)
                    .add("maxAttributes", maxAttributes)
                    .add("maxElements", maxElements)
                    .add("maxItems", maxItems)
                    .add("maxTextSize", maxTextSize)
                    .add("maxNameSize", maxNameSize)
                    .add("maxDistinctNames", maxDistinctNames)
                    .add("maxPrologSize", maxPrologSize)
                    .add("maxHeaders", maxHeaders)
                    .add("maxHeaderSize", maxHeaderSize);
        }

        /**
         * Sets {@link FrameLimits#maxParts()}.
         *
         * @param value parts, 1 to 65535
         * @return this builder
         */
        public Builder maxParts(int value) {
            maxParts = OptionRange.between("maxParts", value, 1, 65535);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxPartSize()}.
         *
         * @param value bytes, 0 to 4,294,967,295
         * @return this builder
         */
        public Builder maxPartSize(long value) {
            maxPartSize = OptionRange.between("maxPartSize", value, 0, 4_294_967_295L);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxFrameSize()}.
         *
         * @param value bytes, 1 or more
         * @return this builder
         */
        public Builder maxFrameSize(long value) {
            maxFrameSize = OptionRange.between("maxFrameSize", value, 1, Long.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxXmlSize()}.
         *
         * @param value bytes, 1 or more
         * @return this builder
         */
        public Builder maxXmlSize(int value) {
            maxXmlSize = OptionRange.between("maxXmlSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxDepth()}.
         *
         * @param value levels, 2 to 1000
         * @return this builder
         */
        public Builder maxDepth(int value) {
            maxDepth = OptionRange.between("maxDepth", value, 2, 1000);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxAttributes()}.
         *
         * @param value attributes, 2 to 1000
         * @return this builder
         */
        public Builder maxAttributes(int value) {
            maxAttributes = OptionRange.between("maxAttributes", value, 2, 1000);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxElements()}.
         *
         * @param value elements, 2 or more
         * @return this builder
         */
        public Builder maxElements(int value) {
            maxElements = OptionRange.between("maxElements", value, 2, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxItems()}.
         *
         * @param value items, 1 or more
         * @return this builder
         */
        public Builder maxItems(int value) {
            maxItems = OptionRange.between("maxItems", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxTextSize()}.
         *
         * @param value characters, 1 or more
         * @return this builder
         */
        public Builder maxTextSize(int value) {
            maxTextSize = OptionRange.between("maxTextSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxNameSize()}.
         *
         * @param value characters, 16 or more
         * @return this builder
         */
        public Builder maxNameSize(int value) {
            maxNameSize = OptionRange.between("maxNameSize", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxDistinctNames()}.
         *
         * @param value names, 16 or more
         * @return this builder
         */
        public Builder maxDistinctNames(int value) {
            maxDistinctNames = OptionRange.between("maxDistinctNames", value, 16, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxPrologSize()}.
         *
         * @param value bytes, 0 or more
         * @return this builder
         */
        public Builder maxPrologSize(int value) {
            maxPrologSize = OptionRange.between("maxPrologSize", value, 0, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxHeaders()}.
         *
         * @param value headers, 0 to 1000
         * @return this builder
         */
        public Builder maxHeaders(int value) {
            maxHeaders = OptionRange.between("maxHeaders", value, 0, 1000);
            return this;
        }

        /**
         * Sets {@link FrameLimits#maxHeaderSize()}.
         *
         * @param value bytes, 0 to 1,048,576
         * @return this builder
         */
        public Builder maxHeaderSize(int value) {
            maxHeaderSize = OptionRange.between("maxHeaderSize", value, 0, 1 << 20);
            return this;
        }

        /** {@return limits with the values set so far, never null} */
        public FrameLimits build() {
            return new FrameLimits(this);
        }
    }
}
