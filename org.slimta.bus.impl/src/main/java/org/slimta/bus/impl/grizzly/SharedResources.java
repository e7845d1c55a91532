package org.slimta.bus.impl.grizzly;

import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.tls.TlsBuffers;

/**
 * What all connections of a transport have in common.
 *
 * @param threads for handshakes, and for closing what has not come about
 * @param tlsBuffers room to encrypt and decrypt in
 * @param faults where faults are logged that end a connection
 */
record SharedResources(Threads threads, TlsBuffers tlsBuffers, BoundedLog faults) {}
