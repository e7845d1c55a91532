package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

/**
 * The line that each message of an mbox begins after: {@code From}, an address, and a date. Source: RFC 4155, appendix A; and
 * what programs write that were there before it: no address, no seconds, a time zone, {@code name at host}.
 */
final class FromLine {

    /** A longer line is no From line. */
    static final int LONGEST = 1000;

    private static final Pattern FROM_LINE = Pattern.compile("From (?:\"[^\"]*\"@)?[^ \t\"]+(?: at [^ \t\"]+)? +"
            + "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +[0-9]{1,2} +"
            + "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))? +[0-9]{4}(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))?"
            + "(?: remote from [^ \t]+)?[ \t]*\r?");

    private FromLine() {}

    static boolean isFromLine(CharSequence line) {
        return line.length() <= LONGEST && FROM_LINE.matcher(line).matches();
    }

    /** The same of bytes: those up to the first line end. */
    static boolean startsWithFromLine(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != '\n' && end - from <= LONGEST) {
            end++;
        }
        return isFromLine(new String(bytes, from, end - from, ISO_8859_1));
    }
}
