/** What buses need of a cluster of NATS nodes; knows no library. */
package org.slimta.bus.nats.impl.cluster;
