package org.slimta.bus.impl;

import java.nio.file.Path;
import org.slimta.bus.api.TlsOptions;

/** TLS with the certificates of the tests, of which {@code ca.pem} has issued those of {@code server} and {@code edge}. */
public final class TestTls {

    /** The folder with all of them. */
    public static final Path FILES = Path.of("src/test/resources/tls");

    private TestTls() {}

    /** A server for the name {@code localhost}, without client certificates. */
    public static TlsOptions.Builder server() {
        return own("server");
    }

    /** A client that has no certificate, and trusts that server. */
    public static TlsOptions.Builder client() {
        return TlsOptions.builder().trust(FILES.resolve("ca.pem"));
    }

    /** Who has the certificate of that name, and trusts nobody yet. */
    public static TlsOptions.Builder own(String name) {
        return TlsOptions.builder().certificate(FILES.resolve(name + ".pem")).privateKey(FILES.resolve(name + ".key"));
    }
}
