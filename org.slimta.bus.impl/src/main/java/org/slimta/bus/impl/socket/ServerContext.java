package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.exchange.Reception;

/**
 * What all connections of one server share.
 *
 * @param reception accepts their requests
 * @param parked the connections that wait for room in the queue
 * @param deferred the connections whose responses are written a little later
 * @param records what is remembered for questions of clients
 */
record ServerContext<Q, R>(
        Reception<Q, R> reception,
        ParkedConnections<Q, R> parked,
        DeferredResponses deferred,
        ClientRecords<ServerExchange<Q, R>> records) {}
