/**
 * Calls the observers of transactions, which are code of users: whatever they throw is logged, and nothing but their own
 * transaction waits for them. {@link org.slimta.bus.impl.observing.BusObservers} begins the observation of a transaction,
 * and {@link org.slimta.bus.impl.observing.Observed} passes its events on.
 */
package org.slimta.bus.impl.observing;
