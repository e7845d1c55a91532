/**
 * Buses without an OSGi framework: {@link org.slimta.bus.standalone.StandaloneBusFactory} opens them on a plain class
 * path. In a container, use the service {@link org.slimta.bus.api.BusFactory} instead.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.standalone;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
