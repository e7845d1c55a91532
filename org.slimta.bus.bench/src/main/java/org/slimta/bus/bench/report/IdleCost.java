package org.slimta.bus.bench.report;

/**
 * The cost of idle connections for a contestant.
 *
 * @param alone transactions per second without idle connections
 * @param beside transactions per second beside 1,000 idle connections
 * @param unusedHeap bytes of heap of the server for a connection that has carried nothing
 * @param usedHeap bytes of heap of the server for a connection that has carried a transaction
 */
public record IdleCost(double alone, double beside, double unusedHeap, double usedHeap) {}
