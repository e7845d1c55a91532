package org.slimta.bus.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slimta.bus.api.TlsOptions;

/** Reads the options of a command that are about TLS. */
final class TlsArguments {

    private static final String TLS = "--tls";
    private static final String TRUST = "--tls-trust";
    private static final String CERTIFICATE = "--tls-certificate";
    private static final String KEY = "--tls-key";
    private static final String NAME = "--tls-name";

    private TlsArguments() {}

    /** {@return the options of TLS, or null if there are none, since each of them asks for TLS} */
    static TlsOptions read(Arguments given, Path directory) throws CommandException {
        if (Stream.of(TLS, TRUST, CERTIFICATE, KEY, NAME).noneMatch(given::has)) {
            return null;
        }
        if (given.has(CERTIFICATE) != given.has(KEY)) {
            throw CommandException.ofUsage("The options " + CERTIFICATE + " and " + KEY + " belong together.");
        }
        return TlsOptions.builder()
                .trust(file(TRUST, given, directory))
                .certificate(file(CERTIFICATE, given, directory))
                .privateKey(file(KEY, given, directory))
                .serverName(given.value(NAME))
                .build();
    }

    private static Path file(String option, Arguments given, Path directory) throws CommandException {
        String file = given.value(option);
        try {
            return file == null ? null : InputFiles.path(directory, file);
        } catch (IOException e) {
            throw CommandException.of(
                    "The file " + file + " of " + option + " cannot be used: " + e.getMessage() + ".");
        }
    }
}
