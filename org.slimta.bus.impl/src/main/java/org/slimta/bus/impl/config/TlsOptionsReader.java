package org.slimta.bus.impl.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;

/** Reads the options of TLS from settings, which are called as those, with {@code tls} before. */
final class TlsOptionsReader {

    private static final TlsOptions DEFAULTS = TlsOptions.builder().build();

    /** The names that options have in messages, and settings have with {@code tls} before. */
    private static final Pattern OPTION =
            Pattern.compile("\\b(certificate|privateKey|keyStore|trust|clientAuth|allowedPeers)\\b");

    private TlsOptionsReader() {}

    static void server(Settings settings, Consumer<TlsOptions> use) {
        TlsOptions.Builder options = TlsOptions.builder();
        List<String> given = common(settings, options);
        settings.choice("tlsClientAuth", List.of("none", "wanted", "required"), value -> {
            options.clientAuth(ClientAuth.valueOf(value.toUpperCase(Locale.ROOT)));
            if (!value.equals("none")) {
                given.add("tlsClientAuth");
            }
        });
        use(settings, options, given, use);
    }

    static void client(Settings settings, Consumer<TlsOptions> use) {
        TlsOptions.Builder options = TlsOptions.builder();
        List<String> given = common(settings, options);
        text(settings, "tlsServerName", given, options::serverName);
        settings.bool("tlsCheckServerName", value -> {
            options.checkServerName(value);
            addIfOther(given, "tlsCheckServerName", value, DEFAULTS.checkServerName());
        });
        use(settings, options, given, use);
    }

    private static List<String> common(Settings settings, TlsOptions.Builder options) {
        List<String> given = new ArrayList<>();
        path(settings, "tlsCertificate", given, options::certificate);
        path(settings, "tlsPrivateKey", given, options::privateKey);
        path(settings, "tlsKeyStore", given, options::keyStore);
        text(settings, "tlsPassword", given, options::password);
        path(settings, "tlsTrust", given, options::trust);
        text(settings, "tlsTrustPassword", given, options::trustPassword);
        settings.list("tlsProtocols", value -> {
            options.protocols(value);
            addIfOther(given, "tlsProtocols", Set.copyOf(value), Set.copyOf(DEFAULTS.protocols()));
        });
        settings.list("tlsAllowedPeers", value -> {
            given.add("tlsAllowedPeers");
            options.allowedPeers(value);
        });
        settings.duration("handshakeTimeout", value -> {
            options.handshakeTimeout(value);
            addIfOther(given, "handshakeTimeout", value, DEFAULTS.handshakeTimeout());
        });
        return given;
    }

    /** Tools write defaults down too: nobody asks for TLS with those. */
    private static void addIfOther(List<String> given, String name, Object value, Object otherwise) {
        if (!value.equals(otherwise)) {
            given.add(name);
        }
    }

    private static void text(Settings settings, String name, List<String> given, Consumer<String> option) {
        String text = settings.text(name);
        if (text != null) {
            given.add(name);
            option.accept(text);
        }
    }

    private static void path(Settings settings, String name, List<String> given, Consumer<Path> option) {
        text(settings, name, given, text -> {
            try {
                option.accept(Path.of(text));
            } catch (InvalidPathException e) {
                settings.refuse("the setting " + name + " is " + text + "; it must be the path of a file");
            }
        });
    }

    private static void use(
            Settings settings, TlsOptions.Builder options, List<String> given, Consumer<TlsOptions> use) {
        boolean[] on = {false};
        settings.bool(TlsNames.ON, value -> on[0] = value);
        if (!given.isEmpty() || !settings.isFalseOrMissing(TlsNames.ON)) {
            settings.askForTls();
        }
        if (!on[0]) {
            if (!given.isEmpty()) {
                settings.refuse("there is " + String.join(", ", given.stream().distinct().toList())
                        + ", but the setting tls is not true; without it nothing is encrypted");
            }
            return;
        }
        try {
            use.accept(options.build());
        } catch (IllegalArgumentException e) {
            settings.refuse("the settings of TLS do not fit together: " + inSettings(e.getMessage()));
        }
    }

    private static String inSettings(String aboutOptions) {
        return OPTION.matcher(aboutOptions)
                .replaceAll(option -> {
                    String name = option.group();
                    return TlsNames.ON + Character.toUpperCase(name.charAt(0)) + name.substring(1);
                })
                .replace("option", "setting")
                .replace(ClientAuth.REQUIRED.name(), "required");
    }
}
