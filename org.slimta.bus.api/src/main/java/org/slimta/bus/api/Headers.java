package org.slimta.bus.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Small texts that accompany the requests, or the responses, of one transaction, such as the context of a trace. They
 * belong to the transaction and not to one of its requests. A server or a client that does not know headers, such as
 * slimta's Lua nodes, loses them without notice, so nothing that correctness depends on should be a header. Immutable.
 *
 * <p>A name has 1 to 64 characters, each of them {@code a} to {@code z}, {@code 0} to {@code 9}, or, except for the
 * first, one of {@code . _ -}. A value is any text of characters that XML 1.0 has, also an empty one. It arrives as it
 * was sent, with its tabs and line ends: a program that copies a value into a protocol of lines has to check it. How
 * many headers there may be, and how large, is limited when they are sent over a connection and when they arrive, see
 * {@link FrameLimits#maxHeaders()} and {@link FrameLimits#maxHeaderSize()}.
 */
public final class Headers {

    private static final int MAX_NAME_CHARACTERS = 64;

    private static final Headers NONE = new Headers(new LinkedHashMap<>());

    /** In order. Nothing changes it any more. */
    private final Map<String, String> values;

    private Headers(Map<String, String> values) {
        this.values = values;
    }

    /** {@return headers without any, always the same object; never null} */
    public static Headers none() {
        return NONE;
    }

    /**
     * Returns one header.
     *
     * @param name its name
     * @param value its value
     * @return the header, never null
     * @throws IllegalArgumentException if that is no name, or the value has a character that XML 1.0 does not have
     */
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /**
     * Returns several headers, in this order.
     *
     * @param name the name of the first one
     * @param value its value
     * @param more the names and values of the others, in turn
     * @return the headers, never null
     * @throws IllegalArgumentException if one of them is not possible, as in {@link #of(String, String)}; if a name
     *     occurs twice; or if the last name has no value
     */
    public static Headers of(String name, String value, String... more) {
        if (more.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "the header '" + more[more.length - 1] + "' has no value: names and values must alternate");
        }
        Map<String, String> values = new LinkedHashMap<>();
        put(values, name, value);
        for (int i = 0; i < more.length; i += 2) {
            if (put(values, more[i], more[i + 1]) != null) {
                throw new IllegalArgumentException("the header '" + more[i] + "' was given twice");
            }
        }
        return new Headers(values);
    }

    /**
     * Returns the headers of a map.
     *
     * @param headers the values by their names, not null; copied in its order
     * @return the headers, never null
     * @throws IllegalArgumentException if one of them is not possible, as in {@link #of(String, String)}
     */
    public static Headers of(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        headers.forEach((name, value) -> put(values, name, value));
        return new Headers(values);
    }

    /** Returns the value that the name had before. */
    private static String put(Map<String, String> values, String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' cannot be the name of a header: it must have 1 to "
                    + MAX_NAME_CHARACTERS + " characters of a-z, 0-9, and, except for the first, . _ -");
        }
        int wrong = indexOfWrongCharacter(value);
        if (wrong >= 0) {
            throw new IllegalArgumentException(String.format(
                    "the value of the header '%s' has U+%04X at index %d, which XML cannot represent",
                    name, (int) value.charAt(wrong), wrong));
        }
        return values.put(name, value);
    }

    /**
     * Tells whether a text can be the name of a header.
     *
     * @param text the text, not null
     * @return whether it has 1 to 64 characters, and only those that a name may have
     */
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_NAME_CHARACTERS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!first && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** The index of the first character that XML 1.0 does not have; -1 if there is none. */
    private static int indexOfWrongCharacter(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || Character.isSurrogate(c) || c >= 0xFFFE) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Returns the value of a header.
     *
     * @param name the name, not null; upper case is never equal to lower case
     * @return the value; null if there is no such header
     */
    public String get(String name) {
        return values.get(name);
    }

    /**
     * Returns these headers and one more, or with another value for one of them, which keeps its place.
     *
     * @param name its name
     * @param value its value
     * @return the new headers, never null
     * @throws IllegalArgumentException if that is no name, or the value has a character that XML 1.0 does not have
     */
    public Headers with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        put(more, name, value);
        return new Headers(more);
    }

    /**
     * Returns these headers but for one.
     *
     * @param name its name, not null
     * @return the other headers, never null; these if there is no such header
     */
    public Headers without(String name) {
        if (!values.containsKey(name)) {
            return this;
        }
        Map<String, String> fewer = new LinkedHashMap<>(values);
        fewer.remove(name);
        return fewer.isEmpty() ? NONE : new Headers(fewer);
    }

    /** {@return the names in order, unmodifiable; never null} */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** {@return the number of headers} */
    public int size() {
        return values.size();
    }

    /** {@return whether there is none} */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** {@return whether the other object is headers with the same names and values, in any order} */
    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** {@return the names and values in order} */
    @Override
    public String toString() {
        return "Headers" + values;
    }
}
