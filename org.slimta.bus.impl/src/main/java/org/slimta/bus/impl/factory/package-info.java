/** The entry point: {@link org.slimta.bus.api.BusFactory} as a service, and what {@code org.slimta.bus.standalone} uses. */
package org.slimta.bus.impl.factory;
