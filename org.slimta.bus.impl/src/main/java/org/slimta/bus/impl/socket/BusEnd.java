package org.slimta.bus.impl.socket;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * What all connections of one end of a bus work with. Immutable: with other options there is another one.
 *
 * @param threads for deadlines, and for what may take its time
 * @param network for the sockets
 * @param codecs what there is to write and read with
 * @param coder for what goes over the sockets
 * @param failures names the bus
 * @param limits what a frame may weigh
 * @param missingCodecTimeout how long a codec that is missing is waited for
 * @param held what they hold in memory together
 * @param tls to encrypt what goes over connections, or null to speak plainly
 */
record BusEnd(
        Threads threads,
        Network network,
        Codecs codecs,
        ObjectCoder coder,
        Failures failures,
        FrameLimits limits,
        Duration missingCodecTimeout,
        MemoryBudget held,
        Tls tls)
        implements AutoCloseable {

    BusEnd(
            Threads threads,
            Network network,
            Codecs codecs,
            Failures failures,
            FrameLimits limits,
            Duration missingCodecTimeout,
            MemoryBudget held,
            Tls tls) {
        this(
                threads,
                network,
                codecs,
                new ObjectCoder(codecs, missingCodecTimeout, limits, threads),
                failures,
                limits,
                missingCodecTimeout,
                held,
                tls);
    }

    /** The same with other options; itself if they are the same. To close one of the two ends the waits of both. */
    BusEnd with(FrameLimits newLimits, Duration newCodecTimeout, Tls newTls) {
        return newLimits.equals(limits) && newCodecTimeout.equals(missingCodecTimeout) && newTls == tls
                ? this
                : new BusEnd(
                        threads,
                        network,
                        codecs,
                        coder.with(newCodecTimeout, newLimits),
                        failures,
                        newLimits,
                        newCodecTimeout,
                        held,
                        newTls);
    }

    /** What a connection is made with. */
    ConnectionSettings settings(InetSocketAddress target, Executor streams, boolean countsUnsent) {
        return new ConnectionSettings(limits, held, tls, target, streams, countsUnsent);
    }

    /** Ends all waits for codecs. */
    @Override
    public void close() {
        coder.close();
    }
}
