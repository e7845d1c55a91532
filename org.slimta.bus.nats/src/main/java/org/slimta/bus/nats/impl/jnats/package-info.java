/** The cluster over the client library of NATS; the only room that uses it. */
package org.slimta.bus.nats.impl.jnats;
