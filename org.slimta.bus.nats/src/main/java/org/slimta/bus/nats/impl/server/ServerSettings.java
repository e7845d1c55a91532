package org.slimta.bus.nats.impl.server;

import java.time.Duration;
import org.slimta.bus.nats.impl.protocol.Words;

/**
 * The settings of a server over a cluster.
 *
 * @param subject names the bus in the cluster; several clients and servers have the same one
 * @param presenceInterval how often the server tells that it is there
 */
public record ServerSettings(String subject, Duration presenceInterval) {

    /** The default of {@code presenceInterval}. */
    public static final Duration DEFAULT_PRESENCE_INTERVAL = Words.MAX_HELLO_INTERVAL;
}
