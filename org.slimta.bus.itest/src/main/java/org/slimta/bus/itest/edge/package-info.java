/** The sending side of the example. */
@Export
@Version("1.0.0")
package org.slimta.bus.itest.edge;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
