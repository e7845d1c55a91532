package org.slimta.bus.impl.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names that look like settings of TLS. Whoever writes one of them thinks that the bus is encrypted, so a wrong one is never
 * taken for a property of the user's own.
 */
final class TlsNames {

    /** The setting that turns it on, without which all others are in vain. */
    static final String ON = "tls";

    private static final String HANDSHAKE = "handshakeTimeout";
    private static final Pattern WORD_ENDS = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");

    /** Names that other software has, and those of our settings without {@code tls} before them. */
    private static final Set<String> KNOWN = Set.of(
            "keystore", "privatekey", "password", "trust", "trustpassword", "protocols", "allowedpeers", "servername",
            "checkservername", "keypassword", "cafile", "cacert", "cacerts", "cabundle");

    private static final Pattern TELLING = Pattern.compile(
            "keystore|truststore|privatekey|keyfile|keypassword|certificate|clientauth|cipher|encrypt", 0);
    private static final Pattern TELLING_WORD = Pattern.compile("(ssl|tls).*|.*(ssl|tls)|secured?|certs?|starttls");

    /** What a name is about, and the setting for that; the first that is found counts. */
    private static final List<Map.Entry<Pattern, String>> MEANINGS = List.of(
            meaning("(trust|^ca).*password", "tlsTrustPassword"),
            meaning("trust|^ca(file|cert|bundle)", "tlsTrust"),
            meaning("password|passphrase", "tlsPassword"),
            meaning("keystore", "tlsKeyStore"),
            meaning("key", "tlsPrivateKey"),
            meaning("cert", "tlsCertificate"),
            meaning("clientauth", "tlsClientAuth"),
            meaning("peers", "tlsAllowedPeers"),
            meaning("protocol|version", "tlsProtocols"),
            meaning("checkservername|verify|hostname", "tlsCheckServerName"),
            meaning("servername|sni", "tlsServerName"));

    private TlsNames() {}

    private static Map.Entry<Pattern, String> meaning(String about, String setting) {
        return Map.entry(Pattern.compile(about), setting);
    }

    static boolean isSetting(String known) {
        return known.startsWith(ON) || known.equals(HANDSHAKE);
    }

    static boolean isAlike(String name) {
        String letters = letters(name);
        return KNOWN.contains(letters)
                || TELLING.matcher(letters).find()
                || WORD_ENDS.splitAsStream(name)
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .anyMatch(word -> TELLING_WORD.matcher(word).matches());
    }

    /** The setting that was probably meant, of those that there are. */
    static String meant(String name, Set<String> settings) {
        String letters = letters(name);
        return MEANINGS.stream()
                .filter(each -> each.getKey().matcher(letters).find())
                .map(Map.Entry::getValue)
                .filter(settings::contains)
                .findFirst()
                .orElse(ON);
    }

    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }
}
