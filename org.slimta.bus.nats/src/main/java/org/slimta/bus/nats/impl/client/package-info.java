/** A client over a cluster: which server gets a request, and what became of it. */
package org.slimta.bus.nats.impl.client;
