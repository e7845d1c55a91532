package org.slimta.bus.impl.transport;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.tls.Tls;

/**
 * What a connection is made with.
 *
 * @param limits what a frame may weigh
 * @param memory what all connections of that end of a bus hold together
 * @param tls to encrypt what goes over it, or null for no TLS
 * @param target whom a client connects to, not resolved; null at a server
 * @param streams reads attachments that are to be written, which may block
 * @param countsUnsent whether what waits to be written counts for the memory
 */
public record ConnectionSettings(
        FrameLimits limits,
        MemoryBudget memory,
        Tls tls,
        InetSocketAddress target,
        Executor streams,
        boolean countsUnsent) {}
