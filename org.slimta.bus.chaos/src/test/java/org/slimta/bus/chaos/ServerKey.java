package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slimta.bus.api.TlsOptions;

/** The key of the servers of a test with its certificate, which their clients trust: a key store. */
final class ServerKey {

    private static final String PASSWORD = "of no worth";

    private ServerKey() {}

    /** Makes a key in a folder, and returns the option {@code keyStore} of clients and servers. */
    static String make(Path folder) throws IOException, InterruptedException {
        Path keyStore = folder.resolve("server.p12");
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "10",
                        "-dname",
                        "CN=chaos",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        keyStore.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IOException("keytool failed: " + output);
        }
        return "keyStore=" + keyStore;
    }

    /** The TLS of a server; null without the option. */
    static TlsOptions ofServer(Arguments arguments) {
        return arguments.has("keyStore")
                ? TlsOptions.builder()
                        .keyStore(Path.of(arguments.text("keyStore")))
                        .password(PASSWORD)
                        .build()
                : null;
    }

    /** The TLS of a client; null without the option. */
    static TlsOptions ofClient(Arguments arguments) {
        return arguments.has("keyStore")
                ? TlsOptions.builder()
                        .trust(Path.of(arguments.text("keyStore")))
                        .trustPassword(PASSWORD)
                        .build()
                : null;
    }
}
