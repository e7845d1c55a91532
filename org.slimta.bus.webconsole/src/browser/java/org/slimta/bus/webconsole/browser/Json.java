package org.slimta.bus.webconsole.browser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON (RFC 8259) and refuses what is none: objects are maps, arrays are lists, numbers are doubles. */
public final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    public static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.blanks();
        json.check(json.at == text.length(), "the end");
        return value;
    }

    private void check(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("no " + expected + " at " + at + " of " + text);
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char c) {
        blanks();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private Object value() {
        blanks();
        check(at < text.length(), "value");
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        check(text.startsWith(word, at), word);
        at += word.length();
        return value;
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        check(number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"), "number");
        return Double.valueOf(number);
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        check(take('{'), "{");
        if (take('}')) {
            return object;
        }
        do {
            blanks();
            String name = string();
            check(take(':'), ":");
            check(!object.containsKey(name), "second " + name);
            object.put(name, value());
        } while (take(','));
        check(take('}'), "}");
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        check(take('['), "[");
        if (take(']')) {
            return array;
        }
        do {
            array.add(value());
        } while (take(','));
        check(take(']'), "]");
        return array;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        check(at < text.length() && text.charAt(at++) == '"', "\"");
        while (true) {
            check(at < text.length(), "\"");
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            check(c >= ' ', "escape of a control character");
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int which = "\"\\/bfnrt".indexOf(c);
        check(which >= 0, "escape");
        return "\"\\/\b\f\n\r\t".charAt(which);
    }

    /** Writes a text as JSON. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            quoted.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return quoted.append('"').toString();
    }
}
