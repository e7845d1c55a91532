/** The demo over NATS: an edge, three relays in processes of their own, and a node of nats-server. */
package org.slimta.bus.demo.nats;
