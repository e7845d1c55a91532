/** A check of the buses for Apache Felix Health Checks. */
package org.slimta.bus.healthcheck;
