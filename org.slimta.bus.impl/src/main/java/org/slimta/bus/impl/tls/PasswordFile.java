package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slimta.bus.api.TlsOptions;

/** A file whose first line is a password. */
final class PasswordFile {

    private PasswordFile() {}

    /** The password of the key of this end: from the options, or from the file that they name; null if there is none. */
    static String passwordOf(TlsOptions options) throws IOException {
        return options.passwordFile() == null ? options.password() : read(options.passwordFile());
    }

    private static String read(Path file) throws IOException {
        String text = new String(PemFile.readAll(file), StandardCharsets.UTF_8);
        String password = text.lines().findFirst().orElse("");
        if (password.isEmpty()) {
            throw new IOException("the password file " + file + " is empty; its first line must be the password");
        }
        return password;
    }
}
