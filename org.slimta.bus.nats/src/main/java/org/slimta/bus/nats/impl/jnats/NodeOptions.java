package org.slimta.bus.nats.impl.jnats;

import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.nats.client.Options.SubjectValidationType;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.spi.CarrierTls;

/** Makes the options of the library. Thread-safe. */
final class NodeOptions {

    private static final int MAX_PINGS_OUT = 2;

    private final NatsOptions options;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final CallbackExecutor callbacks;
    private CarrierTls tls; // Guarded by this. Null before the first connection.

    NodeOptions(NatsOptions options, ExecutorService threads, ScheduledExecutorService timer) {
        this.options = options;
        this.threads = threads;
        this.timer = timer;
        this.callbacks = new CallbackExecutor(threads);
    }

    /** {@return what runs the call-backs of each connection} */
    CallbackExecutor callbacks() {
        return callbacks;
    }

    /**
     * Makes the options of one connection. Reads files.
     *
     * @param server the node
     * @throws IOException if a file cannot be used; the message says which and why
     */
    synchronized Options.Builder newBuilder(String server) throws IOException {
        Options.Builder builder = new Options.Builder()
                .server(server)
                .connectionName(options.name())
                .connectionTimeout(options.connectTimeout())
                .pingInterval(options.pingInterval())
                .maxPingsOut(MAX_PINGS_OUT)
                .executor(threads)
                .callbackExecutor(callbacks)
                .connectExecutor(threads)
                .readerExecutor(threads)
                .writerExecutor(threads)
                .scheduledExecutor(timer)
                .subjectValidationType(SubjectValidationType.None)
                .hostnameResolveMode(
                        // It tries all addresses of a name, and keeps the name for the check of the certificate.
                        HostnameResolveMode.HappyEyeballs);
        if (!options.discoverServers()) {
            builder.ignoreDiscoveredServers();
        }
        if (options.user() != null) {
            builder.userInfo(options.user(), options.password() == null ? "" : options.password());
        }
        if (options.token() != null) {
            builder.token(options.token().toCharArray());
        }
        if (options.nkey() != null) {
            builder.authHandler(UserKey.ofSeed(options.nkey()));
        } else if (options.credentials() != null) {
            builder.authHandler(UserKey.ofCredentials(options.credentials()));
        }
        if (options.tls() != null) {
            tls = tls == null ? CarrierTls.of(options.tls()) : tls;
            builder.sslContext(tls.context("NATS connection " + options.name()));
            if (options.tlsFirst()) {
                builder.tlsFirst();
            }
        }
        return builder;
    }
}
