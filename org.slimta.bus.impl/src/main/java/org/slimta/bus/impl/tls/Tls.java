package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * The TLS configuration of one end of a bus. Each connection gets an engine with the certificates of that moment. Files
 * that were replaced on disk are read again; if they cannot be used, the previous certificates stay in use.
 * Thread-safe.
 */
public final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SESSION_TIMEOUT_SECONDS = 3600;
    private static final int MAX_SESSIONS = 1000;

    /** All cipher suites with forward secrecy and authenticated encryption, the fastest first. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Whether the files are being read. */
    private enum State {
        /** No thread reads the files. */
        READ,
        /** A thread reads the files: no other one is started. */
        READING
    }

    private final TlsOptions options;
    private final boolean client;
    private final AtomicLong lastChecked = new AtomicLong(System.nanoTime());
    private final AtomicReference<State> state = new AtomicReference<>(State.READ);
    private volatile Loaded loaded;
    private volatile List<Object> stamps; // For the thread that reads, which also writes the next one.
    private volatile String problem;

    /**
     * What was read from the files together.
     *
     * @param context makes engines
     * @param certificate the certificate of this end, or null if it has none
     */
    private record Loaded(SSLContext context, OwnCertificate certificate) {

        boolean isValidAt(Instant now) {
            return certificate == null || certificate.isValidAt(now);
        }

        /** A certificate that peers refuse does not replace one that they accept. */
        void requireUsableInPlaceOf(Loaded before) throws IOException {
            Instant now = Instant.now();
            if (!isValidAt(now) && before.isValidAt(now)) {
                throw new IOException(certificate.warningAt(now));
            }
        }
    }

    private Tls(TlsOptions options, boolean client) throws IOException, GeneralSecurityException {
        this.options = options;
        this.client = client;
        this.stamps = stamps();
        this.loaded = load();
    }

    /**
     * Reads the files. Blocks as long as the file system does.
     *
     * @param options the options
     * @param client true for clients, false for servers
     * @return the configuration
     * @throws IOException if a file cannot be used; the message says which and why
     */
    public static Tls of(TlsOptions options, boolean client) throws IOException {
        try {
            return new Tls(options, client);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads the files of other options for the same end. Blocks as long as the file system does.
     *
     * @param newOptions the other options
     * @return the configuration that replaces this one
     * @throws IOException if a file cannot be used, or if its certificate is not valid now while the present one is;
     *     the message says which and why
     */
    public Tls replacement(TlsOptions newOptions) throws IOException {
        Tls replacement = of(newOptions, client);
        replacement.loaded.requireUsableInPlaceOf(loaded);
        return replacement;
    }

    /** {@return the options that it was created with} */
    public TlsOptions options() {
        return options;
    }

    /**
     * Creates an engine for a new connection.
     *
     * @param target the address that a client connects to; ignored at a server
     * @return an engine whose handshake has not begun
     */
    SSLEngine newEngine(InetSocketAddress target) {
        SSLEngine engine = client ? newClientEngine(target) : loaded.context().createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        apply(parameters, Set.of(engine.getSupportedCipherSuites()));
        if (!client && options.clientAuth() == ClientAuth.REQUIRED) {
            parameters.setNeedClientAuth(true);
        } else if (!client && options.clientAuth() == ClientAuth.WANTED) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private void apply(SSLParameters parameters, Set<String> supportedCiphers) {
        parameters.setCipherSuites(
                CIPHERS.stream().filter(supportedCiphers::contains).toArray(String[]::new));
        parameters.setProtocols(options.protocols().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        NamedGroups.restrict(parameters);
        if (client && options.checkServerName()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
    }

    /**
     * Makes a context for a library that opens the connections of a client itself, with the certificates of this moment. Its
     * sockets have the versions and ciphers of all connections, and check the name of the server if the options say so.
     *
     * @return the context, which makes sockets over connections that exist, and nothing else
     */
    public SSLContext socketContext() {
        SSLContext context = loaded.context();
        Set<String> supported = Set.of(context.getSocketFactory().getSupportedCipherSuites());
        return new CheckedSockets(context, new CheckedSockets.Setup() {

            @Override
            public void apply(SSLParameters parameters) {
                Tls.this.apply(parameters, supported);
            }

            @Override
            public String serverName(String host) {
                return options.serverName() == null ? host : options.serverName();
            }
        });
    }

    private SSLEngine newClientEngine(InetSocketAddress target) {
        String name = options.serverName() == null ? target.getHostString() : options.serverName();
        return loaded.context().createSSLEngine(name, target.getPort());
    }

    private Loaded load() throws IOException, GeneralSecurityException {
        SSLContext loading = SSLContext.getInstance("TLS");
        KeyMaterial.OwnKey key = KeyMaterial.ownKey(options);
        loading.init(key == null ? null : key.managers(), KeyMaterial.trustManagers(options, client), null);
        for (SSLSessionContext sessions :
                List.of(loading.getServerSessionContext(), loading.getClientSessionContext())) {
            sessions.setSessionTimeout(SESSION_TIMEOUT_SECONDS);
            sessions.setSessionCacheSize(MAX_SESSIONS);
        }
        return new Loaded(loading, key == null ? null : key.certificate());
    }

    /**
     * {@return what is wrong with the period of validity of the certificate of this end; null if it has none, or if it
     * is valid for 14 days at least}
     */
    String certificateWarning() {
        OwnCertificate own = loaded.certificate();
        return own == null ? null : own.warningAt(Instant.now());
    }

    /**
     * Reports the certificate of this end, and whether new files cannot be used.
     *
     * @param bus where to write them
     */
    public void report(BusDTO bus) {
        OwnCertificate own = loaded.certificate();
        if (own != null) {
            bus.certificateSubject = own.subject();
            bus.certificateExpires = own.expires().toEpochMilli();
        }
        String why = problem;
        if (why != null) {
            bus.problem = "the TLS files have changed but cannot be used; the previous certificates stay in use,"
                    + " and the files are read again until they can be used: " + why;
        }
    }

    /**
     * Reads the files again if they have changed, or could not be used, and were not checked within the last second. A
     * thread of its own does so: a file system that does not respond must not affect anything else. Does not block.
     *
     * @param bus the bus, for the log
     */
    public void refresh(Object bus) {
        long last = lastChecked.get();
        long now = System.nanoTime();
        if (now - last < CHECK_INTERVAL_NANOS || !lastChecked.compareAndSet(last, now) || files().isEmpty()) {
            return;
        }
        if (state.compareAndSet(State.READ, State.READING)) {
            try {
                Thread thread = new Thread(() -> readAgain(bus), "slimta-bus-certificates");
                thread.setDaemon(true);
                thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
                thread.start();
            } catch (OutOfMemoryError e) {
                state.set(State.READ); // No thread can be started now; perhaps the next time.
            }
        }
    }

    private void readAgain(Object bus) {
        try {
            List<Object> found = stamps();
            if (problem == null && found.equals(stamps)) {
                return;
            }
            stamps = found;
            Loaded read = load();
            read.requireUsableInPlaceOf(loaded);
            loaded = read;
            problem = null;
            LOG.info("{}: reloaded the certificates; they apply to new connections", bus);
            warnAboutCertificate(bus);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            String what = String.valueOf(e.getMessage());
            if (!what.equals(problem)) {
                LOG.warn("{}: cannot reload the certificates; keeping the previous ones, and retrying: {}", bus, what);
            }
            problem = what;
        } finally {
            state.set(State.READ);
        }
    }

    /**
     * Logs what is wrong with the period of validity of the certificate of this end, if anything is.
     *
     * @param bus the bus, for the log
     */
    public void warnAboutCertificate(Object bus) {
        String warning = certificateWarning();
        if (warning != null) {
            LOG.warn("{}: {}", bus, warning);
        }
    }

    private List<Path> files() {
        return Stream.of(
                        options.certificate(),
                        options.privateKey(),
                        options.keyStore(),
                        options.passwordFile(),
                        options.trust())
                .filter(Objects::nonNull)
                .toList();
    }

    private List<Object> stamps() {
        return files().stream().map(Tls::stamp).toList();
    }

    private static Object stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Arrays.asList(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
