/**
 * Traces and metrics of transactions, with OpenTelemetry's API. In a container the bundle's service observes all buses; on a
 * plain class path {@link org.slimta.bus.telemetry.TelemetryObserver} is added to a factory.
 */
@Export
@Version("0.1.0")
package org.slimta.bus.telemetry;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
