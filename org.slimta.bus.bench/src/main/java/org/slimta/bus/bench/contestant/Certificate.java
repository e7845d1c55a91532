package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slimta.bus.api.TlsOptions;

/** A key and its certificate, created with keytool for one run. */
public final class Certificate {

    private static final String PASSWORD = "of no worth";
    private static final String PROPERTY = "bench.keyStore";

    private final Path keyStore;

    private Certificate(Path keyStore) {
        this.keyStore = keyStore;
    }

    /** {@return the certificate of this run; a system property tells other JVMs where it is} */
    public static synchronized Certificate get() {
        String file = System.getProperty(PROPERTY);
        if (file == null) {
            file = make().toString();
            System.setProperty(PROPERTY, file);
        }
        return new Certificate(Path.of(file));
    }

    /** {@return a flag that tells another JVM where the certificate is} */
    public String flag() {
        return "-D" + PROPERTY + "=" + keyStore;
    }

    private static Path make() {
        try {
            Path folder = Files.createTempDirectory("bench");
            Path store = folder.resolve("server.p12");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Files.deleteIfExists(store);
                    Files.deleteIfExists(folder);
                } catch (IOException e) {
                    // The file is in the folder for temporary files.
                }
            }));
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
                            "CN=bench",
                            "-ext",
                            "san=ip:127.0.0.1,dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(tool.getInputStream().readAllBytes());
            if (tool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
            return store;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot create a certificate: " + e, e);
        }
    }

    /** {@return the options of a server} */
    public TlsOptions server() {
        return TlsOptions.builder().keyStore(keyStore).password(PASSWORD).build();
    }

    /** {@return the options of a client} */
    public TlsOptions client() {
        return TlsOptions.builder().trust(keyStore).trustPassword(PASSWORD).build();
    }
}
