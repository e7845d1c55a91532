/** How objects become XML and attachments, and objects again: what a codec is given and what it gives. */
@Export
@Version("0.1.0")
package org.slimta.bus.api.xml;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
