/**
 * Clients and servers over connections: the protocol, the connection pool and draining. A client offers to keep a
 * connection; if the server accepts, many transactions share it, otherwise each transaction has a connection of its
 * own. This room does not know which library reads and writes the bytes: it uses {@link org.slimta.bus.impl.transport}.
 * Its most important classes are {@link org.slimta.bus.impl.socket.ServerConnection} and
 * {@link org.slimta.bus.impl.socket.ClientConnection}, the two ends of a connection. Source: the wire page, parts A and
 * B.
 *
 * <p>A draining server announces that twice: at once, so that the client sends nothing more, and again when everything
 * that it has read is answered. Only then does a client send its unanswered transactions elsewhere. If a connection is
 * lost between the two, a response may have been lost with it, so the transactions that were sent over it fail with
 * {@code CLOSED} rather than being processed twice.
 */
package org.slimta.bus.impl.socket;
