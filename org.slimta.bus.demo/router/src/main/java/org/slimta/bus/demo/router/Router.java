package org.slimta.bus.demo.router;

import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * A proxy from a local bus to the socket bus of the relay. The client of the local bus is a service: mail that is sent
 * with it is routed.
 */
@Component(service = {})
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=org.slimta.bus.api.BusClient")
public final class Router {

    private static final String HOST = "127.0.0.1";

    private final LocalBus<Message, Reply> inbound;
    private final ServiceRegistration<?> registration;

    @Activate
    public Router(@Reference BusFactory buses, BundleContext context) {
        int port = Integer.parseInt(context.getProperty("demo.relay.port"));
        inbound = buses.newLocal(LocalOptions.builder().name("inbound").build());
        BusClient<Message, Reply> relay = buses.newClient(HOST, port, Message.class, Reply.class);
        new Thread(buses.newProxy(inbound.server(), relay, new RoutingFilter(HOST, port)), "demo-router").start();
        registration = context.registerService(
                BusClient.class,
                inbound.client(),
                FrameworkUtil.asDictionary(
                        Map.of("slimta.bus.name", inbound.client().name())));
    }

    @Deactivate
    public void close() {
        registration.unregister();
        inbound.close();
    }
}
