package org.slimta.bus.bench.report;

/**
 * What idle connections cost a contestant.
 *
 * @param alone transactions a second without them
 * @param beside transactions a second beside 1,000 of them
 * @param unusedHeap bytes of the server's heap for one that has carried nothing
 * @param usedHeap bytes of the server's heap for one that has carried a transaction
 */
public record IdleCost(double alone, double beside, double unusedHeap, double usedHeap) {}
