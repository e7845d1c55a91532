/** A server over a cluster: its presence, and its answers. */
package org.slimta.bus.nats.impl.server;
