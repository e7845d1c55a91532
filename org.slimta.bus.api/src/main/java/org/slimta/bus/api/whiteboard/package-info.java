/** Annotations for components that are codecs, handlers and filters. The annotations have no effect at run time. */
@Export
@Version("0.1.0")
package org.slimta.bus.api.whiteboard;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
