/**
 * The state and the statistics of the buses: the service {@link org.slimta.bus.api.runtime.BusRuntime} reports them.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.api.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
