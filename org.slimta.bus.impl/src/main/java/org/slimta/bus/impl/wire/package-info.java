/**
 * Frames and the envelope of requests and responses: bytes in, elements out. Knows nothing of sockets or containers, so
 * that it can be tried with any bytes. Source of all of it: the wire page, part A.
 */
package org.slimta.bus.impl.wire;
