package org.slimta.bus.impl.socket;

import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Threads;

/**
 * What all connections of one end of a bus work with.
 *
 * @param threads for deadlines, and for what may take its time
 * @param network for the sockets
 * @param coder for what goes over them
 * @param failures names the bus
 * @param limits what a frame may weigh
 */
record BusEnd(Threads threads, Network network, ObjectCoder coder, Failures failures, FrameLimits limits) {}
