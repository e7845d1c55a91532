/**
 * Clients and servers over the carriers of other bundles: implements {@link org.slimta.bus.spi} with what the room {@code exchange}
 * has for all buses over frames.
 */
package org.slimta.bus.impl.carrier;
