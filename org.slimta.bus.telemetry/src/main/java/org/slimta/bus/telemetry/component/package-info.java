/** The component that observes all buses of a container. It is not exported. */
package org.slimta.bus.telemetry.component;
