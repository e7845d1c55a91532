package org.slimta.bus.demo.relay;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * The relay: a server on a socket bus, and two threads that deliver the mail that it receives. The server is a service,
 * so that others can see whether the relay runs.
 */
@Component(
        service = {},
        property = "locked=locked@example.org")
public final class Relay {

    private static final int THREADS = 2;

    private final BusServer<Message, Reply> server;
    private final Delivery delivery;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ServiceRegistration<?> registration;

    /** Configuration. */
    @interface Config {
        /** Mailboxes that accept no mail at the moment. */
        String[] locked() default {};
    }

    @Activate
    public Relay(@Reference BusFactory buses, BundleContext context, Config config) throws BusException {
        Path maildir = Path.of(property(context, "demo.maildir"));
        int port = Integer.parseInt(property(context, "demo.relay.port"));
        delivery = new Delivery(new Maildir(maildir), Set.of(config.locked()));
        ServerOptions options = ServerOptions.builder().name("relay").build();
        try {
            server = buses.newServer("127.0.0.1", port, Message.class, Reply.class, options);
        } catch (BusException e) {
            System.err.println("demo: the relay cannot start: " + e.getMessage());
            throw e;
        }
        for (int i = 0; i < THREADS; i++) {
            threads.execute(this::receive);
        }
        registration = context.registerService(
                BusServer.class, server, FrameworkUtil.asDictionary(Map.of("slimta.bus.name", server.name())));
    }

    private static String property(BundleContext context, String name) {
        String value = context.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the property " + name + " is not set");
        }
        return value;
    }

    private void receive() {
        while (true) {
            ServerTransaction<Message, Reply> transaction;
            try {
                transaction = server.recvRequest();
            } catch (InterruptedException e) {
                return;
            } catch (BusException e) {
                if (e.reason() == Reason.CLOSED) {
                    return;
                }
                continue;
            }
            answer(transaction);
        }
    }

    private void answer(ServerTransaction<Message, Reply> transaction) {
        List<Reply> replies;
        try {
            replies = transaction.requests().stream().map(delivery::deliver).toList();
        } catch (RuntimeException e) {
            transaction.fail("the relay failed: " + e);
            return;
        }
        try {
            transaction.sendResponse(replies);
        } catch (BusException e) {
            System.err.println("The relay could not send its replies to "
                    + transaction.peer().name() + ": " + e.getMessage());
        }
    }

    /** Closes the relay; requests that it has accepted are still answered. */
    @Deactivate
    public void close() {
        registration.unregister();
        server.close();
        threads.shutdown();
    }
}
