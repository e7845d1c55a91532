package org.slimta.bus.nats.impl.jnats;

import io.nats.client.Options;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.slimta.bus.nats.NatsOptions;

/** Makes the options of the library. Thread-safe. */
final class NodeOptions {

    private static final int MAX_PINGS_OUT = 2;

    private final NatsOptions options;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;

    NodeOptions(NatsOptions options, ExecutorService threads, ScheduledExecutorService timer) {
        this.options = options;
        this.threads = threads;
        this.timer = timer;
    }

    /**
     * Makes the options of one connection. Reads files.
     *
     * @param servers the nodes to try, in this order
     */
    Options.Builder newBuilder(List<String> servers) {
        Options.Builder builder = new Options.Builder()
                .servers(servers.toArray(String[]::new))
                .connectionName(options.name())
                .connectionTimeout(options.connectTimeout())
                .pingInterval(options.pingInterval())
                .maxPingsOut(MAX_PINGS_OUT)
                .executor(threads)
                .callbackExecutor(threads)
                .connectExecutor(threads)
                .readerExecutor(threads)
                .writerExecutor(threads)
                .scheduledExecutor(timer);
        if (!options.discoverServers()) {
            builder.ignoreDiscoveredServers();
        }
        if (options.user() != null) {
            builder.userInfo(options.user(), options.password() == null ? "" : options.password());
        }
        if (options.token() != null) {
            builder.token(options.token().toCharArray());
        }
        return builder;
    }
}
