/**
 * Frames and the envelope of requests and responses: bytes in, elements out. It does not know sockets or containers, so
 * that it can be tested with any bytes. Source of all of it: the wire page, part A.
 */
package org.slimta.bus.impl.wire;
