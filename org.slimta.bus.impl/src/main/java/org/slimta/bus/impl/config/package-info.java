/**
 * Buses by configuration: each exists, as services, while its factory configuration exists.
 *
 * <p>{@code Settings} reads a configuration and collects its problems. {@code ConfiguredBus} opens, changes, retries
 * and closes a bus on threads of the {@code ConfigContext}. {@code ConfiguredServerEnd} and
 * {@code ConfiguredClientEnd} publish an end, whatever carries its requests; {@code ConfiguredChain} and
 * {@code ConfiguredProxy} receive from an end that the {@code BusDirectory} has by name. The interfaces
 * {@code ServerConfiguration} and so on declare the settings for tools.
 */
@Capability(
        namespace = "osgi.implementation",
        name = BusConstants.IMPLEMENTATION,
        version = BusConstants.IMPLEMENTATION_VERSION,
        uses = {BusConstants.class, SlimtaBusWhiteboardTarget.class, XmlCodec.class})
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.slimta.bus.api.BusServer\"",
        uses = BusServer.class,
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.slimta.bus.api.BusClient\"",
        uses = BusClient.class,
        effective = "active")
package org.slimta.bus.impl.config;

import org.osgi.annotation.bundle.Capability;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.api.xml.XmlCodec;
