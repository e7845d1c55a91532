/** Frames that are too large for one message: they go in chunks, as far as the receiver allows, and again from where one was lost. */
package org.slimta.bus.nats.impl.transfer;
