package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;

/** TLS for both ends, with the certificates of the tests. */
record Certified(Tls server, Tls client) {

    private static final Path FILES = Path.of("src/test/resources/tls");

    static Certified of(String protocol, boolean clientCertificate) throws IOException {
        TlsOptions.Builder server = own("server").protocols(List.of(protocol));
        TlsOptions.Builder client = (clientCertificate ? own("edge") : TlsOptions.builder())
                .trust(FILES.resolve("ca.pem"))
                .protocols(List.of(protocol));
        if (clientCertificate) {
            server.trust(FILES.resolve("ca.pem")).clientAuth(ClientAuth.REQUIRED);
        }
        return new Certified(Tls.of(server.build(), false), Tls.of(client.build(), true));
    }

    private static TlsOptions.Builder own(String name) {
        return TlsOptions.builder().certificate(FILES.resolve(name + ".pem")).privateKey(FILES.resolve(name + ".key"));
    }
}
