/**
 * The bus inside one JVM. Requests and responses are passed by reference through a bounded queue between threads: there
 * are no frames, no codecs and no connections. Limits, deadlines, draining and failures are the same as on other buses,
 * because they come from {@link org.slimta.bus.impl.transaction}. The most important class is
 * {@link org.slimta.bus.impl.local.QueueBus}, a client and a server that share one inbox.
 */
package org.slimta.bus.impl.local;
