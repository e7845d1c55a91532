package org.slimta.bus.impl.grizzly;

import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.tls.TlsBuffers;

/**
 * What all connections of a transport share.
 *
 * @param threads the clock, and threads for handshakes and for closing connections that are not connected yet
 * @param tlsBuffers the buffers to encrypt and decrypt in
 * @param faults the log for faults that end a connection
 */
record SharedResources(Threads threads, TlsBuffers tlsBuffers, BoundedLog faults) {}
