/** The entry point: {@link org.slimta.bus.api.BusFactory} as a service, and for a plain class path. */
package org.slimta.bus.impl.factory;
