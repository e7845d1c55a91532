package org.slimta.bus.impl.transport;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.tls.Tls;

/**
 * The settings of a connection.
 *
 * @param limits the limits of a frame
 * @param memory the memory of all connections of that end of a bus
 * @param tls the certificates and options of TLS, or null for no TLS
 * @param target the address that a client connects to, not resolved; null at a server
 * @param streams reads attachments that are to be sent, which may block
 * @param countsUnsent whether unsent frames count for the memory
 */
public record ConnectionSettings(
        FrameLimits limits,
        MemoryBudget memory,
        Tls tls,
        InetSocketAddress target,
        Executor streams,
        boolean countsUnsent) {}
