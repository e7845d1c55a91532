package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;

/**
 * A handler or filter whose service object is not available, for example because its component fails to activate, is
 * reported and tried again.
 */
@Timeout(60)
class LateServiceTest {

    private static final RequestHandler<String, String> HANDLER =
            received -> CompletableFuture.completedFuture(List.of("answered"));

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.local("relay");
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    /** Fails a number of times, as Declarative Services does while a component cannot be activated. */
    private static final class Failing<S> implements ServiceFactory<S> {

        private final S service;
        private final int failures;
        private final AtomicInteger requested = new AtomicInteger();
        private final AtomicInteger released = new AtomicInteger();

        Failing(S service, int failures) {
            this.service = service;
            this.failures = failures;
        }

        @Override
        public S getService(Bundle bundle, ServiceRegistration<S> registration) {
            return requested.incrementAndGet() > failures ? service : null;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S service) {
            released.incrementAndGet();
        }
    }

    private ServiceRegistration<?> register(Class<?> type, Failing<?> factory, String bus) {
        return Container.register(container.bundleContext(), type, factory, "(slimta.bus.name=" + bus + ")");
    }

    @Test
    void aHandlerThatIsNotAvailableAtFirstIsUsedLater() throws Exception {
        Failing<?> factory = new Failing<>(HANDLER, 2);
        ServiceRegistration<?> handler = register(RequestHandler.class, factory, "relay");
        assertEquals(
                "its service object is not available; see the log of its bundle", container.rejected("handler").reason);
        assertEquals("answered", Container.ask(container.service(BusClient.class, "relay"), "x"));
        assertNull(container.rejected("handler"));
        assertEquals(3, factory.requested.get());
        handler.unregister();
        assertEquals(1, factory.released.get());
    }

    @Test
    void aFilterThatIsNotAvailableAtFirstIsUsedLater() throws Exception {
        container.handler(HANDLER, "relay-out");
        container.chain("relay-out", "relay", "minFilters", 1);
        BusFilter<String, String> filter = (batch, to) -> CompletableFuture.completedFuture(List.of("filtered"));
        register(BusFilter.class, new Failing<>(filter, 1), "relay-out");
        assertEquals(
                "its service object is not available; see the log of its bundle", container.rejected("filter").reason);
        assertEquals("filtered", Container.ask(container.service(BusClient.class, "relay"), "x"));
    }

    @Test
    void anUnregisteredHandlerIsNeitherReportedNorTriedAgain() throws Exception {
        Failing<?> never = new Failing<>(HANDLER, Integer.MAX_VALUE);
        ServiceRegistration<?> handler = register(RequestHandler.class, never, "relay");
        Container.await("the handler is tried again", () -> never.requested.get() == 2);
        handler.unregister();
        assertNull(container.rejected("handler"));
        Failing<?> other = new Failing<>(HANDLER, 2);
        register(RequestHandler.class, other, "relay"); // Its delays are as long as the past ones of the first handler.
        Container.await("the other handler is available", () -> other.requested.get() == 3);
        assertEquals(2, never.requested.get());
    }
}
