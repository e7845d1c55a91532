package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.impl.text.Ascii;

/** Protocols that reach a port by mistake. They are recognized by the first line of a client or of a server. */
enum OtherProtocol {
    HTTP("HTTP"),
    SSH("SSH"),
    IMAP("IMAP"),
    POP3("POP3"),
    SMTP("SMTP"),
    SMTP_OR_FTP("SMTP or FTP"),
    UNKNOWN("another protocol");

    private static final List<String> HTTP_METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI");
    private static final List<String> IMAP_GREETINGS = List.of("OK", "PREAUTH", "BYE");
    private static final List<String> IMAP_COMMANDS =
            List.of("CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "LOGOUT", "NOOP", "ID", "ENABLE", "SELECT");
    private static final List<String> POP3_WORDS =
            List.of("+OK", "-ERR", "USER", "PASS", "APOP", "CAPA", "STLS", "STAT", "LIST");
    private static final List<String> SMTP_COMMANDS =
            List.of("EHLO", "HELO", "LHLO", "MAIL", "RCPT", "STARTTLS", "AUTH", "RSET", "NOOP", "QUIT");

    private final String title;

    OtherProtocol(String title) {
        this.title = title;
    }

    /** The protocol that begins with a line. */
    static OtherProtocol of(String line) {
        String[] words = line.split(" ", 3);
        String second = words.length > 1 ? words[1] : "";
        if (line.startsWith("HTTP/") || HTTP_METHODS.contains(words[0])) {
            return HTTP;
        }
        if (line.startsWith("SSH-")) {
            return SSH;
        }
        if ((words[0].equals("*") && isOneOf(second, IMAP_GREETINGS)) || isOneOf(second, IMAP_COMMANDS)) {
            return IMAP;
        }
        if (isOneOf(words[0], POP3_WORDS)) {
            return POP3;
        }
        if (isReply(line)) {
            return line.contains("SMTP") ? SMTP : SMTP_OR_FTP;
        }
        return isOneOf(words[0], SMTP_COMMANDS) ? SMTP : UNKNOWN;
    }

    private static boolean isOneOf(String word, List<String> words) {
        return words.stream().anyMatch(known -> Ascii.isSameIgnoringCase(known, word));
    }

    private static boolean isReply(String line) {
        return line.length() > 3
                && "245".indexOf(line.charAt(0)) >= 0
                && Ascii.number(line.substring(0, 3)) >= 0
                && (line.charAt(3) == ' ' || line.charAt(3) == '-');
    }

    /** The name of the protocol, for messages. */
    @Override
    public String toString() {
        return title;
    }
}
