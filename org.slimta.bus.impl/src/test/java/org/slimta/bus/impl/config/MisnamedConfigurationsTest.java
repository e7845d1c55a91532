package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slimta.bus.api.runtime.RejectedDTO;

/** A configuration that makes no bus because of a mistake in its PID is rejected. */
@Timeout(60)
class MisnamedConfigurationsTest {

    private final List<Configuration> configurations = new CopyOnWriteArrayList<>();
    private final List<ComponentDescriptionDTO> components = new CopyOnWriteArrayList<>();
    private Container container;
    private MisnamedConfigurations misnamed;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        if (misnamed != null) {
            misnamed.close();
        }
        container.close();
    }

    @SuppressWarnings("unchecked")
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default ->
                        answers.get(method.getName()) instanceof List<?> list
                                        && method.getReturnType().isArray()
                                ? list.toArray(new Configuration[0])
                                : answers.get(method.getName());
                });
    }

    private void configure(String factoryPid, String pid, String file) {
        Map<String, Object> answers = new Hashtable<>(Map.of("getPid", pid));
        if (factoryPid != null) {
            answers.put("getFactoryPid", factoryPid);
        }
        if (file != null) {
            answers.put("getProperties", new Hashtable<>(Map.of("felix.fileinstall.filename", file)));
        }
        configurations.add(answering(Configuration.class, answers));
        if (misnamed != null) {
            event(ConfigurationEvent.CM_UPDATED, factoryPid, pid);
        }
    }

    private void event(int type, String factoryPid, String pid) {
        misnamed.configurationEvent(new ConfigurationEvent(reference(), type, factoryPid, pid));
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<ConfigurationAdmin> reference() {
        return answering(ServiceReference.class, Map.of());
    }

    private void start() {
        misnamed = new MisnamedConfigurations(
                container.context,
                answering(ConfigurationAdmin.class, Map.of("listConfigurations", configurations)),
                answering(ServiceComponentRuntime.class, Map.of("getComponentDescriptionDTOs", components)));
    }

    private List<String> rejected() {
        List<String> ids = new ArrayList<>();
        for (RejectedDTO each : container.runtime.getRuntimeDTO().rejected) {
            ids.add(each.id);
        }
        return ids;
    }

    @ParameterizedTest
    @CsvSource({
        "org.slimta.bus.sever, org.slimta.bus.sever.1, org.slimta.bus.server",
        "org.slimta.bus.Server, org.slimta.bus.Server~x, org.slimta.bus.server",
        "slimta.bus.server, slimta.bus.server~x, org.slimta.bus.server",
        "slimta.client, slimta.client~x, org.slimta.bus.client",
        "org.slimta.client, org.slimta.client~x, org.slimta.bus.client",
        "org.slimat.bus.proxy, org.slimat.bus.proxy~x, org.slimta.bus.proxy",
        "org.slimta.bus.chains, org.slimta.bus.chains~x, org.slimta.bus.chain",
        "org.slimta.bus_local, org.slimta.bus_local~x, org.slimta.bus.local",
        ", org.slimta.bus.server.relay, org.slimta.bus.server",
        ", org.slimta.bus.server_relay, org.slimta.bus.server",
        ", org.slimta.bus.sever.relay, org.slimta.bus.server",
        ", slimta.bus.client, org.slimta.bus.client",
    })
    void aNameThatIsNearlyThatOfAKindOfBusIsRecognized(String factoryPid, String pid, String meant) {
        String problem = PidSpelling.problem(factoryPid, pid);
        assertTrue(problem.contains("did you mean the factory PID " + meant + "?"), problem);
        assertTrue(problem.endsWith("In Karaf, name the file " + meant + "-NAME.cfg, with a NAME of your choice"));
    }

    @Test
    void aDashInTheWrongPlaceIsRecognized() {
        String problem = PidSpelling.problem("org.slimta.bus", "org.slimta.bus~server-relay");
        assertTrue(
                problem.contains("is not a kind of bus; the kinds are org.slimta.bus.server, org.slimta.bus.client"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.slimta.bus.healthcheck",
                "org.slimta.bus.telemetry",
                "org.slimta.bus.webconsole",
                "org.slimta.bus.nats.server",
                "org.ops4j.pax.web",
                "com.example.server",
                "org.apache.felix.http",
                "server",
                "org.apache.karaf.shell",
                "org.apache.aries.rsa.server"
            })
    void aNameOfSomethingElseIsLeftAlone(String name) {
        assertNull(PidSpelling.problem(null, name));
        assertNull(PidSpelling.problem(name, name + "~x"));
        assertNull(PidSpelling.problem("org.slimta.bus.server", "org.slimta.bus.server~" + name));
    }

    @Test
    void whatIsThereAtTheStartIsRejectedUntilItIsDeleted() {
        configure("org.slimta.bus.server", "org.slimta.bus.server~good", null);
        configure(
                "org.slimta.bus.sever", "org.slimta.bus.sever~relay", "file:/karaf/etc/org.slimta.bus.sever-relay.cfg");
        start();
        Container.await("it is rejected", () -> container.rejected("configuration") != null);
        assertEquals(List.of("org.slimta.bus.sever~relay"), rejected());
        assertEquals(
                "no bus is made from it: its factory PID is org.slimta.bus.sever, which is not a kind of bus; did you"
                        + " mean the factory PID org.slimta.bus.server? In Karaf, name the file"
                        + " org.slimta.bus.server-NAME.cfg, with a NAME of your choice (now it is"
                        + " file:/karaf/etc/org.slimta.bus.sever-relay.cfg)",
                container.rejected("configuration").reason);
        configurations.remove(1);
        event(ConfigurationEvent.CM_DELETED, "org.slimta.bus.sever", "org.slimta.bus.sever~relay");
        Container.await("nothing is rejected", () -> rejected().isEmpty());
    }

    @Test
    void aLaterConfigurationIsRejectedToo() {
        start();
        configure(null, "org.slimta.bus.server.relay", null);
        Container.await("it is rejected", () -> rejected().equals(List.of("org.slimta.bus.server.relay")));
    }

    @Test
    void whatAnotherBundleUsesIsLeftAlone() {
        container
                .bundleContext()
                .registerService(
                        ManagedServiceFactory.class.getName(),
                        answering(ManagedServiceFactory.class, Map.of()),
                        new Hashtable<>(Map.of(Constants.SERVICE_PID, "org.slimta.bus.servers")));
        ComponentDescriptionDTO component = new ComponentDescriptionDTO();
        component.configurationPid = new String[] {"$", "org.slimta.bus.clients"};
        components.add(component);
        configure("org.slimta.bus.servers", "org.slimta.bus.servers~x", null);
        configure("org.slimta.bus.clients", "org.slimta.bus.clients~x", null);
        configure("org.slimta.bus.locals", "org.slimta.bus.locals~x", null);
        start();
        Container.await("one is rejected", () -> rejected().equals(List.of("org.slimta.bus.locals~x")));
    }

    /** Declarative Services would make a bus of it, until a second bus of its kind is configured. */
    @Test
    void aConfigurationWithoutANameMakesNoBusAndIsRejected() {
        configure(null, "org.slimta.bus.server", null);
        start();
        Map<String, Object> properties = Container.properties(
                "slimta.bus.name", "relay", "slimta.bus.request.type", "text", "slimta.bus.response.type", "text");
        properties.put("port", 0);
        properties.put(Constants.SERVICE_PID, "org.slimta.bus.server");
        ConfiguredServer server = new ConfiguredServer(container.context, properties);
        Container.await("it is rejected", () -> rejected().equals(List.of("org.slimta.bus.server")));
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains("it has the PID org.slimta.bus.server without a name behind it"), reason);
        assertNull(container.bus("relay"));
        server.close();
        assertEquals(List.of("org.slimta.bus.server"), rejected());
    }

    @Test
    void notMoreThanAHundredAreRejected() {
        for (int i = 0; i < 150; i++) {
            configure("org.slimta.bus.sever", "org.slimta.bus.sever~" + i, null);
        }
        start();
        Container.await("a hundred are rejected", () -> rejected().size() == 100);
        misnamed.close();
        assertEquals(List.of(), rejected());
    }
}
