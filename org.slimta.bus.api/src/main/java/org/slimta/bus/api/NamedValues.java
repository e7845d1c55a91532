package org.slimta.bus.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The values of options with their names, in order: what the methods equals, hashCode and toString of options use. */
final class NamedValues {

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** A value that is compared, but not shown. */
    private record Secret(String value) {

        @Override
        public String toString() {
            return "(set)";
        }
    }

    NamedValues add(String name, Object value) {
        values.put(name, value);
        return this;
    }

    NamedValues addSecret(String name, String value) {
        return add(name, value == null ? null : new Secret(value));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NamedValues that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        values.forEach((name, value) -> text.add(name + "=" + value));
        return text.toString();
    }
}
