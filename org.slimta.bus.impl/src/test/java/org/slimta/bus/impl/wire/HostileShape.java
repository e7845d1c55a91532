package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.IntFunction;

/** Documents that are made to be expensive, of any size. */
enum HostileShape {
    PROLOG_OF_COMMENTS(before("<!---->")),
    PROLOG_OF_ONE_COMMENT("<!--", "-", " ", "--><{root}></{root}>"),
    PROLOG_OF_INSTRUCTIONS_WITH_EQUAL_HASHES(before(i -> "<?" + equalHash(i, 17) + "?>")),
    PROLOG_OF_INSTRUCTIONS(before(i -> "<?n" + i + "?>")),
    PROLOG_OF_ONE_NAME("<?", "A", "?><{root}></{root}>"),
    PROLOG_OF_WHITE_SPACE(before(" \r\n\t")),
    PROLOG_WITHOUT_END(before("<!--")),
    DECLARATION_OF_WHITE_SPACE("<?xml version='1.0'", " ", "?><{root}></{root}>"),
    DECLARATION_WITH_A_LONG_ENCODING("<?xml version='1.0' encoding='", "U", "'?><{root}></{root}>"),
    DOCUMENT_TYPE("<!DOCTYPE r [", i -> "<!ENTITY e" + i + " '&e" + (i - 1) + ";'>", "]><{root}></{root}>"),
    DOCUMENT_TYPE_OF_WHITE_SPACE("<!DOCTYPE r", " ", "><{root}></{root}>"),

    ROOT_WITH_A_LONG_NAME("<", "A", "/>"),
    ROOT_WITH_A_LONG_ATTRIBUTE_TWICE((root, size) ->
            "<" + root + " " + "A".repeat(size / 2) + "='1' " + "A".repeat(size / 2) + "='2'></" + root + ">"),
    ROOT_WITH_MANY_ATTRIBUTES("<{root}", i -> " a" + i + "=''", "></{root}>"),
    ROOT_WITH_ATTRIBUTES_OF_EQUAL_HASHES("<{root}", i -> " " + equalHash(i, 17) + "=''", "></{root}>"),
    ROOT_WITH_A_LONG_VALUE("<{root} a='", "x", "'></{root}>"),
    ROOT_WITH_A_VALUE_OF_REFERENCES("<{root} a='", "&#65;&lt;", "'></{root}>"),
    ROOT_WITH_A_VALUE_OF_LINE_ENDS("<{root} a='", "\r\n\t", "'></{root}>"),
    ROOT_WITH_WHITE_SPACE("<{root}", " \t\r\n", "></{root}>"),
    ROOT_WITH_MANY_HEADERS("<{root} tx=\"1\"", i -> " h-a" + i + "=\"x\"", "></{root}>"),
    ROOT_WITH_HEADERS_OF_EQUAL_HASHES("<{root} tx=\"1\"", i -> " h-" + lowerCaseHash(i) + "=\"\"", "></{root}>"),
    ROOT_WITH_A_LONG_HEADER("<{root} tx=\"1\" h-a=\"", "x", "\"></{root}>"),
    ROOT_WITH_A_HEADER_OF_REFERENCES("<{root} tx=\"1\" h-a=\"", "&#x9;&lt;", "\"></{root}>"),
    ROOT_WITH_A_LONG_NAME_OF_A_HEADER("<{root} tx=\"1\" h-", "a", "=\"\"></{root}>"),
    ROOT_THAT_IS_NOT_CLOSED("<{root} a='1' b=\"", "x'", ""),

    ELEMENTS_WITH_EQUAL_HASHES(in(i -> "<" + equalHash(i, 17) + "/>")),
    ELEMENTS_WITH_DIFFERENT_NAMES(in(i -> "<n" + i + "/>")),
    ELEMENTS_WITH_LONG_NAMES_OF_EQUAL_HASHES(in(i -> "<" + "n".repeat(980) + equalHash(i, 17) + "/>")),
    ELEMENTS_OF_FEW_LONG_NAMES(in(i -> "<" + "n".repeat(1000) + i % 9 + "/>")),
    ELEMENTS_WITH_A_COLON(in("<a:b:c:d/><:/><::/>")),
    ELEMENTS_WITH_NAMESPACES(in(i -> "<p" + i % 9 + ":e xmlns:p" + i % 9 + "='u" + i + "' xmlns='v' xml:id=' i '/>")),
    ELEMENTS_WITH_NAMES_BEYOND_ASCII(in("<\u00e4\u65e5\u672c/>")),
    ELEMENTS_AS_DEEP_AS_THEY_MAY_BE(in(i -> "<a>".repeat(60) + "</a>".repeat(60))),
    ELEMENTS_DEEP_WITH_TEXT_EVERYWHERE(in(i -> "x<a>x".repeat(60) + "x</a>x".repeat(60))),
    ELEMENTS_DEEP_AND_NOT_PLAIN(in(i -> "<a>".repeat(60) + "&#65;" + "</a>".repeat(60))),
    ELEMENTS_THAT_ARE_NOT_CLOSED(in("<a>")),
    ELEMENTS_OF_WHICH_SOME_ARE_NOT_CLOSED(in("<a><b></b>")),
    ELEMENTS_CLOSED_WITH_A_LONG_NAME("<{root}><a></a", "A", "></{root}>"),
    ELEMENTS_CLOSED_WITH_WHITE_SPACE(in("<a ></a \r\n\t >")),
    ELEMENTS_FAR_INDENTED(in(i -> "\r\n" + " ".repeat(1000) + "<a/>")),
    ELEMENTS_THAT_ARE_MANY(in("<!----><a/>")),

    ATTRIBUTES_OF_EQUAL_HASHES(in(HostileShape::attributesOfEqualHashes)),
    ATTRIBUTES_OF_EQUAL_HASHES_AND_LONG(in(i ->
            "<a" + concat(60, k -> " " + "n".repeat(980) + equalHash(k, 6) + "=''") + "/>")),
    ATTRIBUTES_THAT_ARE_ALL_DIFFERENT(in(i -> "<a" + concat(60, k -> " n" + (60 * i + k) + "=''") + "/>")),
    ATTRIBUTES_THAT_ARE_EMPTY(in("<a b='' c='' d='' e=''/>")),
    ATTRIBUTES_WITH_REFERENCES(in("<a b='&amp;&#x41;&lt;&#65;&quot;&amp;&#x41;&lt;&#65;&quot;'/>")),
    ATTRIBUTES_WITH_LINE_ENDS(in("<a b='\r\n\r\t\n\r\n\r\n\r\t\n\r\n\r\n\r\t\n\r\n'/>")),
    ATTRIBUTES_TWICE_AT_THE_END("<{root}>", i -> "<a b='' c=''/>", "<a b='' b=''/></{root}>"),

    TEXT_OF_REFERENCES(in(i -> "<a>" + "&#65;".repeat(1000) + "</a>")),
    TEXT_OF_PREDEFINED_ENTITIES(in(i -> "<a>" + "&lt;&amp;&gt;&apos;&quot;".repeat(200) + "</a>")),
    TEXT_OF_ONE_LONG_REFERENCE("<{root}>&#", "0", "65;</{root}>"),
    TEXT_WITH_AN_UNDECLARED_ENTITY("<{root}>&", "A", ";</{root}>"),
    TEXT_WITH_UNDECLARED_ENTITIES(in(i -> "&e" + i + ";")),
    VALUE_WITH_AN_UNDECLARED_ENTITY("<{root} a='&", "A", ";'></{root}>"),
    TEXT_OF_BRACKETS(in(i -> "<a>" + "]".repeat(1000) + "x</a>")),
    TEXT_OF_LINE_ENDS(in(i -> "<a>" + "\r\n".repeat(1000) + "</a>")),
    TEXT_OF_CARRIAGE_RETURNS(in(i -> "<a>" + "\r".repeat(1000) + "</a>")),
    TEXT_BEYOND_ASCII(in(i -> "<a>" + "\u00fc\u65e5\ud83d\ude00".repeat(200) + "</a>")),
    TEXT_IN_SMALL_PIECES(in("x<a/>")),
    TEXT_IN_SMALL_PIECES_BETWEEN_COMMENTS(in(i -> "<a>" + "x<!---->".repeat(1000) + "</a>")),
    TEXT_THAT_IS_TOO_LONG("<{root}>", "x", "</{root}>"),
    TEXT_THAT_IS_TOO_LONG_AND_NOT_PLAIN("<{root}>", "\u00fc", "</{root}>"),
    TEXT_WITH_BAD_BYTES_AT_ITS_END("<{root}>", i -> "<a>" + "x".repeat(60) + "</a>\r\n", "\uFFFE</{root}>"),

    CDATA_THAT_IS_EMPTY(in("<![CDATA[]]>")),
    CDATA_IN_SMALL_PIECES(in(i -> "<a>" + "<![CDATA[x]]>".repeat(1000) + "</a>")),
    CDATA_OF_BRACKETS(in(i -> "<a><![CDATA[" + "]".repeat(1000) + "]]></a>")),
    CDATA_WITHOUT_END("<{root}><![CDATA[", "]] >", ""),

    COMMENTS(in("<!---->")),
    COMMENT_OF_DASHES("<{root}><!--", "- ", "--></{root}>"),
    COMMENT_WITHOUT_END("<{root}><!--", "->", ""),
    INSTRUCTIONS(in("<?a?>")),
    INSTRUCTIONS_WITH_EQUAL_HASHES(in(i -> "<?" + equalHash(i, 17) + "?>")),
    INSTRUCTION_OF_QUESTION_MARKS("<{root}><?a ", "??", "?></{root}>"),
    INSTRUCTION_WITHOUT_END("<{root}><?a ", "? >", ""),

    AFTERWARDS_COMMENTS("<{root}></{root}>", "<!---->", ""),
    AFTERWARDS_INSTRUCTIONS_WITH_EQUAL_HASHES("<{root}></{root}>", i -> "<?" + equalHash(i, 17) + "?>", ""),
    AFTERWARDS_WHITE_SPACE("<{root}></{root}>", " \r\n", ""),
    AFTERWARDS_TEXT("<{root}></{root}>", " ", "x"),
    OWN_FORM_WITH_AN_ERROR_AT_THE_END("<{root} tx=\"1\">", "\r\n <a b=\"c\">text</a>", "&nbsp;</{root}>"),
    FAILURE_WITH_A_LONG_TEXT("<{root} error='handler'>", "<!--x-->\r\n<![CDATA[ ]]>", "</{root}>");

    /** Creates a document of about some size. */
    private interface Maker {
        String make(String root, int size);
    }

    private final Maker maker;

    HostileShape(Maker maker) {
        this.maker = maker;
    }

    HostileShape(IntFunction<String> unit) {
        this("<{root}>", unit, "</{root}>");
    }

    HostileShape(String start, String unit, String end) {
        this(start, i -> unit, end);
    }

    HostileShape(String start, String unit, String otherUnit, String end) {
        this(start, i -> i % 2 == 0 ? unit : otherUnit, end);
    }

    HostileShape(String start, IntFunction<String> unit, String end) {
        this((root, size) -> {
            StringBuilder document = new StringBuilder(size + 64).append(start.replace("{root}", root));
            for (int i = 0; document.length() < size; i++) {
                document.append(unit.apply(i));
            }
            return document.append(end.replace("{root}", root)).toString();
        });
    }

    private static Maker before(String unit) {
        return before(i -> unit);
    }

    private static Maker before(IntFunction<String> unit) {
        return (root, size) -> {
            StringBuilder document = new StringBuilder(size + 64);
            for (int i = 0; document.length() < size; i++) {
                document.append(unit.apply(i));
            }
            return document.append("<" + root + "></" + root + ">").toString();
        };
    }

    private static IntFunction<String> in(String unit) {
        return i -> unit;
    }

    private static IntFunction<String> in(IntFunction<String> unit) {
        return unit;
    }

    private static String concat(int count, IntFunction<String> part) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(part.apply(i));
        }
        return all.toString();
    }

    private static String attributesOfEqualHashes(int number) {
        return "<a" + concat(60, k -> " " + equalHash(60 * number % 131_072 + k, 17) + "=''") + "/>";
    }

    /** Distinct names with the same {@link String#hashCode()}, even if that began with another number. */
    static String equalHash(int number, int bits) {
        StringBuilder name = new StringBuilder("x");
        for (int bit = 0; bit < bits; bit++) {
            name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }

    /** The same with names that headers may have. */
    private static String lowerCaseHash(int number) {
        StringBuilder name = new StringBuilder("x");
        for (int bit = 0; bit < 17; bit++) {
            name.append((number >> bit & 1) == 0 ? "ak" : "c-");
        }
        return name.toString();
    }

    byte[] document(String root, int size) {
        return maker.make(root, size).getBytes(UTF_8);
    }
}
