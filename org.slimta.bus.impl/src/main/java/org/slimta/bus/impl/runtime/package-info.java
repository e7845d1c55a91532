/** The service {@link org.slimta.bus.api.runtime.BusRuntime}: one snapshot of buses, services and rejections. */
package org.slimta.bus.impl.runtime;
