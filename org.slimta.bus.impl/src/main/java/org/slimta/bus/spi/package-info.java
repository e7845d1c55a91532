/**
 * For carriers: bundles that bring frames from clients to servers in a way of their own, over a message broker for example. A
 * carrier moves bytes; encoding, codecs, deadlines, failures, limits, memory, handlers and statistics are those of all buses.
 *
 * <p>Interfaces that a carrier implements say so; all others are implemented by the provider. May change with each minor version.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
