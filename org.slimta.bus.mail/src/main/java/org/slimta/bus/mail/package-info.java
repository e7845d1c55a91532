/**
 * Mail of slimta: a message with its client, envelope and contents, the reply to a message, and the codecs of both.
 * Source: docs/wire.md, part A.
 */
@Export(substitution = Substitution.PROVIDER)
@Version("0.1.0")
package org.slimta.bus.mail;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.bundle.Export.Substitution;
import org.osgi.annotation.versioning.Version;
