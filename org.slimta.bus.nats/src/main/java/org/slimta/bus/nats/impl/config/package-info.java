/** Connections to clusters, servers and clients by configuration. */
package org.slimta.bus.nats.impl.config;
