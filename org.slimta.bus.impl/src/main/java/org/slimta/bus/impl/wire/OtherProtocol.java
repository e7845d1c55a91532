package org.slimta.bus.impl.wire;

import java.util.regex.Pattern;

/** Protocols that are met on a port by mistake, by how the first line of a client or of a server begins. */
enum OtherProtocol {
    HTTP("HTTP", "HTTP/|(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PRI) "),
    SSH("SSH", "SSH-"),
    IMAP(
            "IMAP",
            "\\* (OK|PREAUTH|BYE)\\b|[A-Z0-9.]{1,16} (CAPABILITY|LOGIN|AUTHENTICATE|STARTTLS|LOGOUT|NOOP|ID|ENABLE|SELECT)\\b"),
    POP3("POP3", "\\+OK\\b|-ERR\\b|(USER|PASS|APOP|CAPA|STLS|STAT|LIST)\\b"),
    SMTP("SMTP", "[245]\\d\\d[ -].*SMTP|(EHLO|HELO|LHLO|MAIL|RCPT|STARTTLS|AUTH|RSET|NOOP|QUIT)\\b"),
    SMTP_OR_FTP("SMTP or FTP", "[245]\\d\\d[ -]"),
    TEXT("another protocol", "");

    private final String title;
    private final Pattern start;

    OtherProtocol(String title, String start) {
        this.title = title;
        this.start = Pattern.compile(start, Pattern.CASE_INSENSITIVE);
    }

    /** The protocol that a line is of. */
    static OtherProtocol of(String line) {
        for (OtherProtocol protocol : values()) {
            if (protocol.start.matcher(line).lookingAt()) {
                return protocol;
            }
        }
        return TEXT;
    }

    /** Its name, for people. */
    @Override
    public String toString() {
        return title;
    }
}
