package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

@Timeout(60)
class PublicationTest {

    private static final String CONDITION = "(osgi.condition.id=slimta.bus.ready)";

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    @Test
    void aConditionGetsPropertiesThatChangeWhileItIsRegistered() throws Exception {
        Publication publication = new Publication(container.bundleContext(), Map.of("cost", "high"), () -> {});
        AtomicBoolean changed = new AtomicBoolean();
        ServiceListener listener = event -> {
            if (event.getType() == ServiceEvent.REGISTERED && !changed.getAndSet(true)) {
                publication.change(Map.of("cost", "low"));
                publication.update(() -> true);
            }
        };
        container.bundleContext().addServiceListener(listener, CONDITION);
        publication.update(() -> true);
        container.bundleContext().removeServiceListener(listener);
        assertEquals(
                "low",
                container
                        .bundleContext()
                        .getServiceReferences((String) null, CONDITION)[0]
                        .getProperty("cost"));
        publication.close();
    }
}
