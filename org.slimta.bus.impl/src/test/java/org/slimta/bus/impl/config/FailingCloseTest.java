package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;

/** An error while something is closed, for example of a class that is missing, leaves nothing else open. */
@Timeout(120)
class FailingCloseTest {

    private Container container;
    private ConfigContext failing;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        failing = new ConfigContext(
                withFailingRegistrations(container.bundleContext()),
                container.resources,
                container.codecs,
                container.whiteboard,
                container.directory,
                container.rejections);
    }

    @AfterEach
    void close() throws Exception {
        failing.close();
        container.close();
    }

    /** Unregisters services, but throws an error after that. */
    private static BundleContext withFailingRegistrations(BundleContext context) {
        return proxy(
                BundleContext.class,
                context,
                (method, result) -> method.equals("registerService")
                        ? failingToUnregister((ServiceRegistration<?>) result)
                        : result);
    }

    private static ServiceRegistration<?> failingToUnregister(ServiceRegistration<?> registration) {
        return proxy(ServiceRegistration.class, registration, (method, result) -> {
            if (method.equals("unregister")) {
                throw new NoClassDefFoundError("on purpose");
            }
            return result;
        });
    }

    private interface Afterwards {
        Object of(String method, Object result);
    }

    private static <T> T proxy(Class<T> type, T original, Afterwards afterwards) {
        InvocationHandler handler = (self, method, arguments) -> {
            try {
                return afterwards.of(method.getName(), method.invoke(original, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Map<String, Object> named(String name, Object... more) {
        Map<String, Object> all = Container.properties(more);
        all.put("slimta.bus.name", name);
        all.put("slimta.bus.request.type", Container.TYPE);
        all.put("slimta.bus.response.type", Container.TYPE);
        return all;
    }

    @Test
    void aBusThatFailsToCloseIsOpenedAgain() {
        AtomicInteger opened = new AtomicInteger();
        StubBus bus = new StubBus(container.context) {
            @Override
            void open(BusSettings settings) {
                opened.incrementAndGet();
            }

            @Override
            void closeNow() {
                throw new NoClassDefFoundError("on purpose");
            }
        };
        bus.configure(Map.of());
        Container.await("the bus is open", () -> container.bus("stub").state.equals("ready"));
        bus.reopenSoon();
        Container.await(
                "the bus was opened again",
                () -> opened.get() == 2 && container.bus("stub").state.equals("ready"));
        bus.deactivate();
        Container.await("the bus is closed", () -> container.bus("stub") == null && bus.isClosed());
    }

    @Test
    void aBusThatFailsToOpenAndThenToCloseIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        StubBus bus = new StubBus(container.context) {
            @Override
            void open(BusSettings settings) {
                if (attempts.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("on purpose");
                }
            }

            @Override
            void closeNow() {
                throw new NoClassDefFoundError("on purpose");
            }
        };
        bus.configure(Map.of());
        Container.await("the bus is open", () -> container.bus("stub").state.equals("ready"));
        bus.deactivate();
        Container.await("the bus is closed", bus::isClosed);
    }

    @Test
    void aServerIsClosed() throws Exception {
        ConfiguredServer server = new ConfiguredServer(failing, named("server", "port", 0));
        int port = container.port("server");
        server.deactivate();
        Container.await("the bus is closed", server::isClosed);
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
        assertNull(container.directory.endpoint("server"));
        assertEquals(List.of(), List.copyOf(container.references(BusServer.class, "server")));
    }

    @Test
    void aClientIsClosed() throws Exception {
        ConfiguredClient client = new ConfiguredClient(failing, named("client", "host", "127.0.0.1", "port", 1));
        BusClient<String, String> end = container.service(BusClient.class, "client");
        client.deactivate();
        Container.await("the bus is closed", client::isClosed);
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, () -> Container.ask(end, "x")).reason());
        assertNull(container.directory.client("client"));
    }

    @Test
    void aLocalBusIsClosed() throws Exception {
        ConfiguredLocal local = new ConfiguredLocal(failing, named("local"));
        BusClient<String, String> end = container.service(BusClient.class, "local");
        local.deactivate();
        Container.await("the bus is closed", local::isClosed);
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, () -> Container.ask(end, "x")).reason());
        assertNull(container.directory.endpoint("local"));
        assertNull(container.directory.client("local"));
        assertEquals(List.of(), List.copyOf(container.references(BusServer.class, "local")));
        assertEquals(List.of(), List.copyOf(container.references(BusClient.class, "local")));
    }

    @Test
    void aChainIsClosed() throws Exception {
        container.local("in");
        Container.await("the bus is open", () -> container.directory.endpoint("in") != null);
        ConfiguredChain chain = new ConfiguredChain(failing, named("chain", "from", "in"));
        BusServer<String, String> end = container.service(BusServer.class, "chain");
        chain.deactivate();
        Container.await("the bus is closed", chain::isClosed);
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, () -> end.recvRequest(Duration.ZERO))
                        .reason());
        assertNull(container.directory.endpoint("chain"));
        assertNull(container.directory.endpoint("in").owner().get());
    }

    @Test
    void aProxyIsClosed() throws Exception {
        container.local("in");
        container.local("out");
        Container.await(
                "the buses are open",
                () -> container.directory.endpoint("in") != null && container.directory.client("out") != null);
        ConfiguredProxy proxy = new ConfiguredProxy(failing, named("proxy", "from", "in", "to", "out"));
        Container.await("the proxy is ready", () -> "ready".equals(container.bus("proxy").state));
        proxy.deactivate();
        Container.await("the bus is closed", proxy::isClosed);
        assertNull(container.directory.endpoint("in").owner().get());
    }
}
