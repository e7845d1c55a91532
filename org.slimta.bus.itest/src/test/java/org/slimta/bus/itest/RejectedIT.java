package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.SERVER;
import static org.slimta.bus.itest.ConfiguredBuses.marking;
import static org.slimta.bus.itest.ConfiguredBuses.ofNotes;
import static org.slimta.bus.itest.ConfiguredBuses.update;

import java.util.Hashtable;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.runtime.RejectedDTO;

/** Configurations and services that cannot be used are reported. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RejectedIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    @Test
    public void aWrongValueOpensNoBusAndIsReportedByTheRuntime() throws Exception {
        Configuration server = buses.configure(SERVER, ofNotes("wrong-value", "port", "http", "queueSize", 0));
        RejectedDTO rejected = buses.rejected("configuration");
        assertEquals(server.getPid(), rejected.id);
        assertEquals(
                "the setting port is http; it must be a whole number, such as 100; "
                        + "the setting queueSize is 0; it must be from 1 to 2147483647",
                rejected.reason);
        assertNull(buses.bus("wrong-value"));
        assertTrue(buses.references(BusServer.class, "(slimta.bus.name=wrong-value)")
                .isEmpty());
        update(server, ofNotes("wrong-value", "port", 0));
        Await.until("it is open", () -> buses.isOpen("wrong-value"));
        Await.until("nothing is rejected", () -> buses.find("configuration") == null);
        int port = buses.port("wrong-value");
        update(server, ofNotes("wrong-value", "port", 0, "drainTimeout", "later"));
        assertTrue(buses.rejected("configuration")
                .reason
                .endsWith("The bus wrong-value continues with its previous settings"));
        assertEquals(port, buses.port("wrong-value"));
    }

    @Test
    public void settingsOfTlsWithoutTlsAreRejected() throws Exception {
        buses.configure(
                SERVER, ofNotes("half-tls", "port", 0, "tlsCertificate", "server.pem", "tlsClientAuth", "required"));
        assertEquals(
                "TLS settings are present (tlsCertificate, tlsClientAuth), but tls is not true;"
                        + " without tls=true nothing is encrypted",
                buses.rejected("configuration").reason);
    }

    @Test
    public void aConfigurationWhoseFactoryPidIsMisspelledIsRejected() throws Exception {
        Configuration server = buses.configure("org.slimta.bus.sever", ofNotes("misspelled", "port", 0));
        RejectedDTO rejected = buses.rejected("configuration");
        assertEquals(server.getPid(), rejected.id);
        assertTrue(rejected.reason, rejected.reason.contains("did you mean the factory PID org.slimta.bus.server?"));
    }

    @Test
    public void aConfigurationWithoutANameIsRejected() throws Exception {
        Configuration server = buses.admin().getConfiguration(SERVER, "?");
        try {
            update(server, ofNotes("nameless", "port", 0));
            RejectedDTO rejected = buses.rejected("configuration");
            assertEquals(SERVER, rejected.id);
            assertTrue(rejected.reason, rejected.reason.contains("without a name behind it"));
            assertNull(buses.bus("nameless"));
        } finally {
            server.delete();
        }
    }

    @Test
    public void aFilterForAServerIsRejected() throws Exception {
        buses.server("filtered-server");
        buses.filter(marking("!"), "filtered-server", 0);
        String reason = buses.rejected("filter").reason;
        assertTrue(
                reason,
                reason.contains("its target (slimta.bus.name=filtered-server) matches the server filtered-server,"
                        + " which runs no filters"));
    }

    @Test
    public void aHandlerWithoutATargetIsRejected() throws Exception {
        ServiceRegistration<?> handler = buses.register(RequestHandler.class, ECHO, Map.of());
        RejectedDTO rejected = buses.rejected("handler");
        assertTrue(rejected.reason, rejected.reason.contains("slimta.bus.whiteboard.target is missing"));
        handler.setProperties(new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "slimta.bus.name=later-target")));
        Await.until(
                "the reason is another",
                () -> buses.find("handler").reason.contains("which is not a valid LDAP filter"));
        handler.setProperties(
                new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=later-target)")));
        Await.until("nothing is rejected", () -> buses.find("handler") == null);
    }
}
