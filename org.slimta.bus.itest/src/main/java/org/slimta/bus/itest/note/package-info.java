/** A type of one's own. */
@Export
@Version("1.0.0")
package org.slimta.bus.itest.note;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
