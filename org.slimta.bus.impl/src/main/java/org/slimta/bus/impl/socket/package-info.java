/**
 * The bus over TCP, on Grizzly: connections and what goes over them. A client offers to keep a connection; a server that
 * knows how takes it up, and then many transactions share it; with any other, a connection carries one. Source: the wire page,
 * parts A and B.
 *
 * <p>A server that drains says so twice: at once, so that nothing more is sent to it, and when all that it has read is
 * answered. Only then does a client send elsewhere what was not answered. A connection that is lost between the two may have
 * lost an answer, so what was sent over it fails with {@code CLOSED} rather than to be processed twice.
 */
package org.slimta.bus.impl.socket;
