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

/** Reads the TLS options from settings. A setting has the name of its option with the prefix {@code tls}. */
final class TlsOptionsReader {

    private static final TlsOptions DEFAULTS = TlsOptions.builder().build();

    /** The names of options in messages, which the settings have with the prefix {@code tls}. */
    private static final Pattern OPTION_NAME = Pattern.compile(
            "\\b(certificate|privateKey|keyStore|passwordFile|trust|clientAuth|allowedPeers|password(?= and))\\b");

    private TlsOptionsReader() {}

    static void server(Settings settings, Consumer<TlsOptions> option) {
        TlsOptions.Builder options = TlsOptions.builder();
        List<String> given = common(settings, options);
        settings.choice("tlsClientAuth", List.of("none", "wanted", "required"), value -> {
            options.clientAuth(ClientAuth.valueOf(value.toUpperCase(Locale.ROOT)));
            if (!value.equals("none")) {
                given.add("tlsClientAuth");
            }
        });
        passOn(settings, options, given, option);
    }

    static void client(Settings settings, Consumer<TlsOptions> option) {
        TlsOptions.Builder options = TlsOptions.builder();
        List<String> given = common(settings, options);
        text(settings, "tlsServerName", given, options::serverName);
        settings.bool("tlsCheckServerName", value -> {
            options.checkServerName(value);
            addUnlessDefault(given, "tlsCheckServerName", value, DEFAULTS.checkServerName());
        });
        passOn(settings, options, given, option);
    }

    private static List<String> common(Settings settings, TlsOptions.Builder options) {
        List<String> given = new ArrayList<>();
        path(settings, "tlsCertificate", given, options::certificate);
        path(settings, "tlsPrivateKey", given, options::privateKey);
        path(settings, "tlsKeyStore", given, options::keyStore);
        text(settings, "tlsPassword", given, options::password);
        path(settings, "tlsPasswordFile", given, options::passwordFile);
        path(settings, "tlsTrust", given, options::trust);
        text(settings, "tlsTrustPassword", given, options::trustPassword);
        settings.list("tlsProtocols", value -> {
            options.protocols(value);
            addUnlessDefault(given, "tlsProtocols", Set.copyOf(value), Set.copyOf(DEFAULTS.protocols()));
        });
        settings.list("tlsAllowedPeers", value -> {
            given.add("tlsAllowedPeers");
            options.allowedPeers(value);
        });
        settings.duration("handshakeTimeout", value -> {
            options.handshakeTimeout(value);
            addUnlessDefault(given, "handshakeTimeout", value, DEFAULTS.handshakeTimeout());
        });
        return given;
    }

    /** Tools store defaults too, and a default does not request TLS. */
    private static void addUnlessDefault(List<String> given, String name, Object value, Object defaultValue) {
        if (!value.equals(defaultValue)) {
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
                settings.addProblem("the setting " + name + " is " + text + "; it must be the path of a file");
            }
        });
    }

    private static void passOn(
            Settings settings, TlsOptions.Builder options, List<String> given, Consumer<TlsOptions> option) {
        boolean[] enabled = {false};
        settings.bool(TlsNames.TLS, value -> enabled[0] = value);
        if (!given.isEmpty() || !settings.isFalseOrMissing(TlsNames.TLS)) {
            settings.requestTls();
        }
        if (!enabled[0]) {
            if (!given.isEmpty()) {
                settings.addProblem("TLS settings are present ("
                        + String.join(", ", given.stream().distinct().toList())
                        + "), but tls is not true; without tls=true nothing is encrypted");
            }
            return;
        }
        try {
            option.accept(options.build());
        } catch (IllegalArgumentException e) {
            settings.addProblem("the TLS settings are inconsistent: " + withSettingNames(e.getMessage()));
        }
    }

    /** {@return a message of the API about options as one about settings} */
    private static String withSettingNames(String message) {
        return OPTION_NAME
                .matcher(message)
                .replaceAll(match -> {
                    String name = match.group();
                    return TlsNames.TLS + Character.toUpperCase(name.charAt(0)) + name.substring(1);
                })
                .replace("option", "setting")
                .replace(ClientAuth.REQUIRED.name(), "required");
    }
}
