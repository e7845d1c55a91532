/**
 * slimta's mail: a message with its client, envelope and contents, the reply to it, and the codecs of both. Source: the wire
 * page, part A.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.mail;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
