/**
 * Buses, transactions and their failures: send a list of objects, get a list of responses back, one for each.
 *
 * <p>{@link org.slimta.bus.api.BusFactory} is the front door. In an OSGi container it is a service.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
