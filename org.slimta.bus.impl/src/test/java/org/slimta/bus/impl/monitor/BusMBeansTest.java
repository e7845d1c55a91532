package org.slimta.bus.impl.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.status.BusInventory;

/** Buses in JMX: registered, read and removed. */
class BusMBeansTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final BusInventory buses = new BusInventory();
    private final BusMBeans beans = new BusMBeans(buses);
    private final FakeBus bus = new FakeBus("mbeans-test");

    @AfterEach
    void close() {
        beans.close();
    }

    private static ObjectName name(String text) throws Exception {
        return new ObjectName("org.slimta.bus:type=server,name=" + text);
    }

    @Test
    void aBusIsRegisteredAndUnregistered() throws Exception {
        buses.add(bus, null, null);
        beans.observe();
        assertEquals("127.0.0.1:4025", server.getAttribute(name("mbeans-test"), "Address"));
        assertEquals(true, server.getAttribute(name("mbeans-test"), "Ready"));
        buses.remove(bus);
        beans.observe();
        assertFalse(server.isRegistered(name("mbeans-test")));
    }

    @Test
    void attributesOfOneMomentNeedOneReport() throws Exception {
        buses.add(bus, null, null);
        beans.observe();
        int before = bus.reports;
        List<String> all = new ArrayList<>();
        for (var attribute : server.getMBeanInfo(name("mbeans-test")).getAttributes()) {
            all.add(attribute.getName());
        }
        assertEquals(
                all.size(),
                server.getAttributes(name("mbeans-test"), all.toArray(new String[0]))
                        .size(),
                "all can be read");
        assertTrue(bus.reports - before <= 2, (bus.reports - before) + " reports");
    }

    @Test
    void twoBusesOfOneNameHaveNumbers() throws Exception {
        FakeBus other = new FakeBus("mbeans-test");
        buses.add(bus, null, null);
        beans.observe();
        buses.add(other, null, null);
        beans.observe();
        assertTrue(server.isRegistered(name("mbeans-test,instance=2")));
        buses.remove(bus);
        beans.observe();
        assertFalse(server.isRegistered(name("mbeans-test")));
        assertTrue(server.isRegistered(name("mbeans-test,instance=2")));
    }

    @Test
    void aNumberThatIsFreeAgainIsUsedAgain() throws Exception {
        FakeBus second = new FakeBus("mbeans-test");
        FakeBus third = new FakeBus("mbeans-test");
        for (FakeBus each : List.of(bus, second, third)) {
            buses.add(each, null, null);
            beans.observe();
        }
        assertTrue(server.isRegistered(name("mbeans-test,instance=3")));
        buses.remove(second);
        beans.observe();
        assertFalse(server.isRegistered(name("mbeans-test,instance=2")));
        buses.add(new FakeBus("mbeans-test"), null, null);
        beans.observe();
        assertTrue(server.isRegistered(name("mbeans-test,instance=2")));
        assertFalse(server.isRegistered(name("mbeans-test,instance=4")));
    }

    @Test
    void aNameMayHaveAnyCharacters() throws Exception {
        String strange = "a,b=c:\"*?\nd";
        FakeBus other = new FakeBus(strange);
        buses.add(other, null, null);
        beans.observe();
        assertEquals(strange, server.getAttribute(name(ObjectName.quote(strange)), "Name"));
    }

    @Test
    void aProgramThatOpensManyBusesDoesNotFillTheServer() throws Exception {
        for (int i = 0; i < 1100; i++) {
            buses.add(new FakeBus("mbeans-many"), null, null);
        }
        beans.observe();
        assertEquals(
                1000,
                server.queryNames(new ObjectName("org.slimta.bus:name=mbeans-many,*"), null)
                        .size());
        beans.close();
        assertEquals(
                0,
                server.queryNames(new ObjectName("org.slimta.bus:name=mbeans-many,*"), null)
                        .size());
    }
}
