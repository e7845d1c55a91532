package org.slimta.bus.webconsole;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;

/**
 * Writes a DTO as JSON (RFC 8259): an object for each DTO, with its public fields under their names, and for each map. What
 * JSON has no number for, such as NaN, is null.
 */
final class Json {

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int HIGHEST_ASCII = 0x7e;

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    static String of(Object value) {
        Json json = new Json();
        json.value(value);
        return json.out.toString();
    }

    private void value(Object value) {
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            out.append(Double.isFinite(number.doubleValue()) ? number : null);
        } else if (value instanceof CharSequence text) {
            text(text);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value.getClass().isArray()) {
            array(value);
        } else {
            fields(value);
        }
    }

    private void array(Object array) {
        out.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            out.append(i == 0 ? "" : ",");
            value(Array.get(array, i));
        }
        out.append(']');
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            member(String.valueOf(entry.getKey()), entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void fields(Object dto) {
        out.append('{');
        String separator = "";
        for (Field field : dto.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                out.append(separator);
                member(field.getName(), get(field, dto));
                separator = ",";
            }
        }
        out.append('}');
    }

    private static Object get(Field field, Object dto) {
        try {
            return field.get(dto);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(dto.getClass() + " is no DTO: " + field + " cannot be read", e);
        }
    }

    private void member(String name, Object value) {
        text(name);
        out.append(':');
        value(value);
    }

    /** Only ASCII is written, and no markup, so that a reader cannot take the text for something else. */
    private void text(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || c > HIGHEST_ASCII || c == '<' || c == '>' || c == '&') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
