package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slimta.bus.api.TlsOptions;

/** A key and its certificate, made with the JDK's own tool for one run. */
public final class Certificate {

    private static final String PASSWORD = "of no worth";
    private static final String PROPERTY = "bench.keyStore";

    private final Path keyStore;

    private Certificate(Path keyStore) {
        this.keyStore = keyStore;
    }

    /**
     * The one of this run: other JVMs are told by a system property where it is.
     *
     * @return the certificate
     */
    public static synchronized Certificate get() {
        String there = System.getProperty(PROPERTY);
        if (there == null) {
            there = make().toString();
            System.setProperty(PROPERTY, there);
        }
        return new Certificate(Path.of(there));
    }

    /**
     * What tells another JVM where it is.
     *
     * @return a flag
     */
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
                    // It is in the folder for such files.
                }
            }));
            Process tool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                            "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "10",
                            "-dname", "CN=bench", "-ext", "san=ip:127.0.0.1,dns:localhost",
                            "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(tool.getInputStream().readAllBytes());
            if (tool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + said);
            }
            return store;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no certificate: " + e, e);
        }
    }

    /**
     * For a server.
     *
     * @return the options
     */
    public TlsOptions server() {
        return TlsOptions.builder().keyStore(keyStore).password(PASSWORD).build();
    }

    /**
     * For a client.
     *
     * @return the options
     */
    public TlsOptions client() {
        return TlsOptions.builder().trust(keyStore).trustPassword(PASSWORD).build();
    }
}
