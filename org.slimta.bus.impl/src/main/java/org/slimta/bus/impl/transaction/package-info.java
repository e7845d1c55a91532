/**
 * What the transactions of all kinds of buses have in common: each is answered once, with one response for each
 * request; every wait is bounded; and a closing server drains. This room knows neither frames nor connections, and no
 * codecs. Its most important classes are {@link org.slimta.bus.impl.transaction.Inbox} at a server and
 * {@link org.slimta.bus.impl.transaction.PendingTransaction} at a client.
 * {@link org.slimta.bus.impl.transaction.Failures} makes the exceptions that name the bus and the peer.
 */
package org.slimta.bus.impl.transaction;
