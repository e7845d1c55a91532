/** What there is and how it fares: {@link org.slimta.bus.api.runtime.BusRuntime} is a service of the provider. */
@Export
@Version("0.1.0")
package org.slimta.bus.api.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
