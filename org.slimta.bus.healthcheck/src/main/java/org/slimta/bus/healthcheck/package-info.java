/** A health check of Apache Felix for the buses. */
package org.slimta.bus.healthcheck;
