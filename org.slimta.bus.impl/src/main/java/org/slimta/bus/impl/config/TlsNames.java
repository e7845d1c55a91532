package org.slimta.bus.impl.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names that look like TLS settings. The author of such a name expects that the bus is encrypted, so an unknown one
 * is a mistake and never a custom property.
 */
final class TlsNames {

    /** The setting that turns TLS on; without it all others have no effect. */
    static final String TLS = "tls";

    private static final String HANDSHAKE_TIMEOUT = "handshakeTimeout";
    private static final Pattern WORD_ENDS = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");

    /** Names of other software, and the names of our settings without the prefix {@code tls}. Without separators. */
    private static final Set<String> SIMILAR_NAMES = Set.of(
            "keystore",
            "privatekey",
            "password",
            "passwordfile",
            "trust",
            "trustpassword",
            "protocols",
            "allowedpeers",
            "servername",
            "checkservername",
            "keypassword",
            "cafile",
            "cacert",
            "cacerts",
            "cabundle");

    private static final Pattern SIMILAR_PART = Pattern.compile(
            "keystore|truststore|privatekey|keyfile|keypassword|certificate|clientauth|cipher|encrypt", 0);
    private static final Pattern SIMILAR_WORD = Pattern.compile("(ssl|tls).*|.*(ssl|tls)|secured?|certs?|starttls");

    /** Parts of names and the settings that they suggest; the first match counts. */
    private static final List<Map.Entry<Pattern, String>> SUGGESTIONS = List.of(
            suggestion("(trust|^ca).*password", "tlsTrustPassword"),
            suggestion("trust|^ca(file|cert|bundle)", "tlsTrust"),
            suggestion("(password|passphrase|secret).*file", "tlsPasswordFile"),
            suggestion("password|passphrase", "tlsPassword"),
            suggestion("keystore", "tlsKeyStore"),
            suggestion("key", "tlsPrivateKey"),
            suggestion("cert", "tlsCertificate"),
            suggestion("clientauth", "tlsClientAuth"),
            suggestion("peers", "tlsAllowedPeers"),
            suggestion("protocol|version", "tlsProtocols"),
            suggestion("checkservername|verify|hostname", "tlsCheckServerName"),
            suggestion("servername|sni", "tlsServerName"));

    private TlsNames() {}

    private static Map.Entry<Pattern, String> suggestion(String part, String setting) {
        return Map.entry(Pattern.compile(part), setting);
    }

    /** {@return whether a known setting is one of TLS} */
    static boolean isSetting(String known) {
        return known.startsWith(TLS) || known.equals(HANDSHAKE_TIMEOUT);
    }

    /** {@return whether an unknown name looks like a TLS setting} */
    static boolean isAlike(String name) {
        String plainName = withoutSeparators(name);
        return SIMILAR_NAMES.contains(plainName)
                || SIMILAR_PART.matcher(plainName).find()
                || WORD_ENDS
                        .splitAsStream(name)
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .anyMatch(word -> SIMILAR_WORD.matcher(word).matches());
    }

    /** {@return the setting that was probably meant, one of the given ones} */
    static String suggestion(String name, Set<String> settings) {
        String plainName = withoutSeparators(name);
        return SUGGESTIONS.stream()
                .filter(each -> each.getKey().matcher(plainName).find())
                .map(Map.Entry::getValue)
                .filter(settings::contains)
                .findFirst()
                .orElse(TLS);
    }

    private static String withoutSeparators(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }
}
