/**
 * Buses, transactions and their failures: a client sends a list of requests and gets a list with one response for each.
 *
 * <p>Start with {@link org.slimta.bus.api.BusFactory}, which opens buses. In an OSGi container it is a service.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
