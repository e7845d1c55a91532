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

/** A handler or a filter that cannot be got, as a component whose activation fails, is told and asked for again. */
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

    /** Fails some times, as Declarative Services does when a component cannot be activated. */
    private static final class Failing<S> implements ServiceFactory<S> {

        private final S service;
        private final int failures;
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger let = new AtomicInteger();

        Failing(S service, int failures) {
            this.service = service;
            this.failures = failures;
        }

        @Override
        public S getService(Bundle bundle, ServiceRegistration<S> registration) {
            return asked.incrementAndGet() > failures ? service : null;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S got) {
            let.incrementAndGet();
        }
    }

    private ServiceRegistration<?> register(Class<?> type, Failing<?> factory, String bus) {
        return Container.register(container.bundleContext(), type, factory, "(slimta.bus.name=" + bus + ")");
    }

    @Test
    void aHandlerThatCannotBeGotAtFirstIsUsedLater() throws Exception {
        Failing<?> factory = new Failing<>(HANDLER, 2);
        ServiceRegistration<?> handler = register(RequestHandler.class, factory, "relay");
        assertEquals("its service could not be got; see the log of its bundle", container.rejected("handler").reason);
        assertEquals("answered", Container.ask(container.service(BusClient.class, "relay"), "x"));
        assertNull(container.rejected("handler"));
        assertEquals(3, factory.asked.get());
        handler.unregister();
        assertEquals(1, factory.let.get());
    }

    @Test
    void aFilterThatCannotBeGotAtFirstIsUsedLater() throws Exception {
        container.handler(HANDLER, "relay-out");
        container.chain("relay-out", "relay", "minFilters", 1);
        BusFilter<String, String> filter = (batch, to) -> CompletableFuture.completedFuture(List.of("filtered"));
        register(BusFilter.class, new Failing<>(filter, 1), "relay-out");
        assertEquals("its service could not be got; see the log of its bundle", container.rejected("filter").reason);
        assertEquals("filtered", Container.ask(container.service(BusClient.class, "relay"), "x"));
    }

    @Test
    void oneThatGoesIsNeitherToldNorAskedForAnyMore() throws Exception {
        Failing<?> never = new Failing<>(HANDLER, Integer.MAX_VALUE);
        ServiceRegistration<?> handler = register(RequestHandler.class, never, "relay");
        Container.await("it is asked for again", () -> never.asked.get() == 2);
        handler.unregister();
        assertNull(container.rejected("handler"));
        Failing<?> other = new Failing<>(HANDLER, 2);
        register(RequestHandler.class, other, "relay"); // Its pauses are as long as those that are over.
        Container.await("the other is there", () -> other.asked.get() == 3);
        assertEquals(2, never.asked.get());
    }
}
