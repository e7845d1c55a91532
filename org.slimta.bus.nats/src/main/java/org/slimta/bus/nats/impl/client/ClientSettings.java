package org.slimta.bus.nats.impl.client;

import java.time.Duration;
import org.slimta.bus.nats.impl.protocol.Words;

/**
 * The settings of a client over a cluster.
 *
 * @param subject names the bus in the cluster; several clients and servers have the same one
 * @param silenceTimeout after this silence about a request its server is asked what became of it
 * @param lostTimeout a server that was not heard of for this long has lost the requests that it had
 */
public record ClientSettings(String subject, Duration silenceTimeout, Duration lostTimeout) {

    /** The default of {@code silenceTimeout}. */
    public static final Duration DEFAULT_SILENCE_TIMEOUT = Duration.ofSeconds(1);

    /** The default of {@code lostTimeout}. */
    public static final Duration DEFAULT_LOST_TIMEOUT = Duration.ofSeconds(3);

    /** {@return the silence after which a server gets no more requests} */
    public Duration presence() {
        return silenceTimeout.plus(Words.MAX_HELLO_INTERVAL);
    }
}
