package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

/**
 * The line before each message of an mbox: {@code From}, an address and a date. Source: RFC 4155, appendix A; and the
 * forms that older programs write: no address, no seconds, a time zone, {@code name at host}.
 */
final class FromLine {

    /** The maximum length; a longer line is not a From line. */
    static final int MAX_BYTES = 1000;

    private static final Pattern FROM_LINE = Pattern.compile("From (?:\"[^\"]*\"@)?[^ \t\"]+(?: at [^ \t\"]+)? +"
            + "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +[0-9]{1,2} +"
            + "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))? +[0-9]{4}(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))?"
            + "(?: remote from [^ \t]+)?[ \t]*\r?");

    private FromLine() {}

    static boolean isFromLine(CharSequence line) {
        return line.length() <= MAX_BYTES && FROM_LINE.matcher(line).matches();
    }

    /** Whether the bytes up to the first line end are a From line. */
    static boolean startsWithFromLine(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != '\n' && end - from <= MAX_BYTES) {
            end++;
        }
        return isFromLine(new String(bytes, from, end - from, ISO_8859_1));
    }
}
