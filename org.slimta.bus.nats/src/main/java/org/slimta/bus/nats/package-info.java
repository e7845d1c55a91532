/** Buses over a cluster of NATS nodes, in code. In a container, configurations make them. */
@Export
@Version("0.1.0")
package org.slimta.bus.nats;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
