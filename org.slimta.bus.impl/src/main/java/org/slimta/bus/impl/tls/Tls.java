package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
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

/**
 * TLS of one end of a bus: an engine for each connection, of the certificates that there are at that moment. What was replaced
 * on disk is read again; if it cannot be used, what there was goes on. Thread-safe.
 */
public final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final int SESSION_SECONDS = 3600;
    private static final int MOST_SESSIONS = 1000;

    /** All that have forward secrecy and authenticated encryption, the quickest first. */
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

    /** Whether somebody reads the files now. */
    private enum State {
        READ,
        READING
    }

    private final TlsOptions options;
    private final boolean client;
    private final AtomicLong looked = new AtomicLong(System.nanoTime());
    private final AtomicReference<State> state = new AtomicReference<>(State.READ);
    private volatile SSLContext context;
    private volatile List<Object> stamps; // These two are for the one that reads.
    private volatile String trouble;

    private Tls(TlsOptions options, boolean client) throws IOException, GeneralSecurityException {
        this.options = options;
        this.client = client;
        this.stamps = look();
        this.context = load();
    }

    /**
     * Reads the files. Blocks.
     *
     * @param options the options
     * @param client whether it is for clients, else for servers
     * @return TLS with them
     * @throws IOException if a file cannot be used, with a message for a person
     */
    public static Tls of(TlsOptions options, boolean client) throws IOException {
        try {
            return new Tls(options, client);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * What it was made of.
     *
     * @return the options
     */
    public TlsOptions options() {
        return options;
    }

    /**
     * An engine for a new connection.
     *
     * @param target whom a client connects to; of no use for a server
     * @return an engine that has not begun
     */
    SSLEngine newEngine(InetSocketAddress target) {
        SSLEngine engine = client ? newClientEngine(target) : context.createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        Set<String> supported = Set.of(engine.getSupportedCipherSuites());
        parameters.setCipherSuites(CIPHERS.stream().filter(supported::contains).toArray(String[]::new));
        parameters.setProtocols(options.protocols().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        NamedGroups.restrict(parameters);
        if (client && options.checkServerName()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!client && options.clientAuth() == ClientAuth.REQUIRED) {
            parameters.setNeedClientAuth(true);
        } else if (!client && options.clientAuth() == ClientAuth.WANTED) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLEngine newClientEngine(InetSocketAddress target) {
        String name = options.serverName() == null ? target.getHostString() : options.serverName();
        return context.createSSLEngine(name, target.getPort());
    }

    private SSLContext load() throws IOException, GeneralSecurityException {
        SSLContext loading = SSLContext.getInstance("TLS");
        loading.init(KeyMaterial.keyManagers(options), KeyMaterial.trustManagers(options, client), null);
        for (SSLSessionContext sessions : List.of(loading.getServerSessionContext(), loading.getClientSessionContext())) {
            sessions.setSessionTimeout(SESSION_SECONDS);
            sessions.setSessionCacheSize(MOST_SESSIONS);
        }
        return loading;
    }

    /**
     * Has the files read again if they have changed, or could not be used, and a second has passed since it was looked at them.
     * That is done by a thread of its own: a file system may not answer, which concerns nobody else. Does not block.
     *
     * @param bus whose they are, for the log
     */
    public void refresh(Object bus) {
        long last = looked.get();
        long now = System.nanoTime();
        if (now - last < LOOK || !looked.compareAndSet(last, now) || files().isEmpty()) {
            return;
        }
        if (state.compareAndSet(State.READ, State.READING)) {
            try {
                Thread thread = new Thread(() -> readAgain(bus), "slimta-bus-certificates");
                thread.setDaemon(true);
                thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
                thread.start();
            } catch (OutOfMemoryError e) {
                state.set(State.READ); // There is no thread now; the next time there may be one.
            }
        }
    }

    private void readAgain(Object bus) {
        try {
            List<Object> found = look();
            if (trouble == null && found.equals(stamps)) {
                return;
            }
            stamps = found;
            context = load();
            trouble = null;
            LOG.info("{}: the certificates have changed, and hold for connections that are made from now on", bus);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            String what = String.valueOf(e.getMessage());
            if (!what.equals(trouble)) {
                LOG.warn(
                        "{}: the certificates have changed, but cannot be used; those before go on, and they are read again"
                                + " until they can: {}",
                        bus,
                        what);
            }
            trouble = what;
        } finally {
            state.set(State.READ);
        }
    }

    private List<Path> files() {
        return Stream.of(options.certificate(), options.privateKey(), options.keyStore(), options.trust())
                .filter(Objects::nonNull)
                .toList();
    }

    private List<Object> look() {
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
