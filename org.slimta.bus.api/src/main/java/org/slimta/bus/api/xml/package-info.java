/** Codecs, which write objects as XML with attachments and read them back. */
@Export
@Version("0.1.0")
package org.slimta.bus.api.xml;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
