package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.tls.Tls;

/**
 * The collaborators of new connections of one client, to whichever server: they depend on the current options of the
 * client, and on the certificates that these name. Thread-safe.
 */
final class ConnectionContexts<R> {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionContexts.class);

    private final ClientContext<R> client;
    private volatile SocketContext context; // Written under the lock of this, together with the options of the client.
    private volatile String tlsProblem; // Why the certificates of the current options cannot be read; null if they can.

    /**
     * Creates the collaborators of the connections of a client.
     *
     * @param client the client
     * @param network makes connections
     */
    ConnectionContexts(ClientContext<R> client, Network network) {
        this.client = client;
        this.context = new SocketContext(client.exchange(), network, client.memory(), null);
    }

    /**
     * Uses other options for new connections and transactions. Reads files if the TLS options change while other
     * certificates are in use.
     *
     * @param newOptions the options
     * @return the options before
     * @throws IOException if the new files cannot be used in place of those that are in use; then nothing changes
     */
    ClientOptions reconfigure(ClientOptions newOptions) throws IOException {
        Tls present = context.tls();
        boolean isSameTls = Objects.equals(newOptions.tls(), options().tls());
        Tls next = isSameTls || present == null || newOptions.tls() == null
                ? null
                : present.replacement(newOptions.tls()); // Not under the lock: reading may block.
        synchronized (this) {
            ClientOptions before = client.options();
            client.setOptions(newOptions);
            context = context.with(client.exchange(), isSameTls ? context.tls() : next);
            if (!isSameTls) {
                tlsProblem = null;
            }
            return before;
        }
    }

    /** Reads the certificates if TLS is on and they were not read, so that {@link #report} is right. Does not block. */
    void check() {
        if (options().tls() != null && context.tls() == null) {
            prepare((ready, failure) -> {});
        }
    }

    /** Reports the certificate of the client, and why its files cannot be used if that is so. */
    void report(BusDTO bus) {
        Tls tls = context.tls();
        if (tls != null) {
            tls.report(bus);
        } else {
            String why = tlsProblem;
            bus.problem = why == null ? null : "TLS cannot be used, so no request is sent until it can: " + why;
            check();
        }
    }

    /**
     * Prepares the context of a new connection: reads the certificates if TLS is on and they were not read or have
     * changed. Does not block.
     *
     * @param whenReady receives the context or a failure, on a thread that may block briefly
     */
    void prepare(BiConsumer<SocketContext, Throwable> whenReady) {
        SocketContext plain;
        synchronized (this) {
            plain = options().tls() == null ? context : null;
        }
        if (plain != null) {
            context.network().connecting().execute(() -> whenReady.accept(plain, null));
        } else {
            context.network().lookups().ask(this, this::readCertificates, whenReady);
        }
    }

    private SocketContext readCertificates() throws IOException {
        while (true) {
            TlsOptions wanted;
            SocketContext ready;
            synchronized (this) {
                wanted = options().tls();
                ready = context;
            }
            Tls tls = ready.tls();
            if (Objects.equals(wanted, tls == null ? null : tls.options())) {
                if (tls != null) {
                    tls.refresh(this);
                }
                return ready;
            }
            Tls read;
            try {
                read = Tls.of(wanted, true);
            } catch (IOException e) {
                if (wanted.equals(options().tls())) {
                    noteProblem(e.getMessage());
                    throw e;
                }
                continue; // The options have changed: these files are no longer needed.
            }
            synchronized (this) {
                if (wanted.equals(options().tls()) && context.tls() == null) {
                    context = context.with(client.exchange(), read);
                }
            }
            noteProblem(null);
            read.warnAboutCertificate(this);
        }
    }

    /** Runs on one thread at a time: look-ups of the same subject share one. */
    private void noteProblem(String problem) {
        if (!Objects.equals(problem, tlsProblem)) {
            if (problem == null) {
                LOG.info("{}: the TLS files can be used now", this);
            } else {
                LOG.warn("{}: TLS cannot be used, so no request is sent until it can: {}", this, problem);
            }
        }
        tlsProblem = problem;
    }

    /** Whether the current options still ask for connections that are made with this context. */
    boolean isInForce(SocketContext made) {
        ClientOptions now = options();
        TlsOptions tls = made.tls() == null ? null : made.tls().options();
        return Objects.equals(now.tls(), tls)
                && now.limits().equals(made.exchange().limits());
    }

    /** Returns the context of connections that are made now; without certificates if they were not read yet. */
    SocketContext current() {
        return context;
    }

    ClientContext<R> client() {
        return client;
    }

    private ClientOptions options() {
        return client.options();
    }

    /** Returns the client and the server, for logs. */
    @Override
    public String toString() {
        return client.name() + " of " + client.target();
    }
}
