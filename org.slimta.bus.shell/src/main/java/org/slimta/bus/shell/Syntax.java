package org.slimta.bus.shell;

import java.util.Map;
import java.util.TreeMap;

/**
 * The options of a command for completion, each with a few words.
 *
 * @param command the name without the scope
 * @param description what the command does
 * @param options the names of the options without dashes, and what they mean
 */
record Syntax(String command, String description, Map<String, String> options) {

    static final String SCOPE = "slimta-bus";
    private static final String HELP = "help";
    private static final String HELP_DESCRIPTION = "shows the help";

    static Syntax[] all() {
        return new Syntax[] {
            of("list", "lists the buses"),
            of("show", "shows everything about one bus"),
            of("codecs", "lists the codecs"),
            of("handlers", "lists the handlers and filters with their buses"),
            of("rejected", "lists what was rejected, and why"),
            of("watch", "shows the rates of the buses at intervals")
                    .with("every", "the length of an interval, such as 5s")
                    .with("count", "the number of intervals, or 0"),
            of("send", "sends files as mail over a bus")
                    .with("from", "the sender")
                    .with("to", "a recipient")
                    .with("timeout", "how long to wait for a reply, such as 30s")
                    .with("tls", "use TLS")
                    .with("tls-trust", "a file with trusted issuers")
                    .with("tls-certificate", "a file with a certificate to show")
                    .with("tls-key", "a file with the key of that certificate")
                    .with("tls-name", "the name in the certificate of the server")
        };
    }

    private static Syntax of(String command, String description) {
        return new Syntax(command, description, Map.of(HELP, HELP_DESCRIPTION));
    }

    private Syntax with(String option, String meaning) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(option, meaning);
        return new Syntax(command, description, more);
    }
}
