/**
 * Factory configurations, and the buses that they configure: each exists, as services, while its configuration
 * exists.
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
