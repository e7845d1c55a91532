/** Subjects and messages that ends of a bus exchange. */
package org.slimta.bus.nats.impl.protocol;
