package org.slimta.bus.impl.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

    private final TlsOptions options;
    private final boolean client;
    private final AtomicLong looked = new AtomicLong(System.nanoTime());
    private volatile SSLContext context;
    private List<Object> stamps;

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
     * Reads the files again if they have changed, and a second has passed since it was looked at them. Blocks.
     *
     * @param bus whose they are, for the log
     */
    public void refresh(Object bus) {
        long last = looked.get();
        long now = System.nanoTime();
        if (now - last < LOOK || !looked.compareAndSet(last, now)) {
            return;
        }
        synchronized (this) {
            List<Object> found = look();
            if (found.equals(stamps)) {
                return;
            }
            stamps = found;
            try {
                context = load();
                LOG.info("{}: the certificates have changed, and hold for connections that are made from now on", bus);
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                LOG.warn("{}: the certificates have changed, but cannot be used; those before go on: {}", bus, e.getMessage());
            }
        }
    }

    private List<Object> look() {
        List<Object> all = new ArrayList<>();
        Stream.of(options.certificate(), options.privateKey(), options.keyStore(), options.trust())
                .filter(file -> file != null)
                .forEach(file -> all.add(stamp(file)));
        return all;
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
