package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.impl.CapturedLog;

/** Names that are not settings are reported, once in the log; those that look like security refuse the configuration. */
@Timeout(60)
class UnknownSettingsTest {

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    @Test
    void theyAreReportedAndLoggedOnce() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            String server = container.server(
                    "relay", "region", "eu", "maxPeers", 5, "teams", new String[] {"a", "b"}, "felix.fileinstall.x", 1);
            log.await(
                    "The configuration " + server + " of the server relay has names that are not settings of this kind"
                            + " of bus: maxPeers, region, teams. They become properties of its services and change nothing else");
            container.modify(server, "relay", "region", "us");
            container.modify(server, "relay", "region", "us", "colour", "red");
            log.await("not settings of this kind of bus: colour.");
            assertEquals(1, count(log.text(), "region"), log.text());
        }
        assertEquals(Map.of("colour", "red", "region", "us"), container.bus("relay").customProperties);
    }

    @Test
    void aListIsReportedAsText() throws Exception {
        container.server("relay", "teams", new String[] {"a", "b"}, "org.apache.karaf.features.configKey", "x");
        assertEquals(Map.of("teams", "a, b"), container.bus("relay").customProperties);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ssl", "SSL", "tls.enabled", "TLS.Enabled", "keyStore", "keystore", "trustStore", "TRUSTSTORE"})
    void namesThatLookLikeSecurityRefuseTheConfiguration(String name) throws Exception {
        container.server("relay", name, "true");
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains("unknown setting " + name + "; did you mean tls"), reason);
        assertTrue(reason.contains("without tls=true nothing is encrypted"), reason);
    }

    @Test
    void mistakesAreReportedOneByOne() throws Exception {
        container.server("relay", "queueSize", "lots", "portt", 7);
        assertArrayEquals(
                new String[] {
                    "the setting queueSize is lots; it must be a whole number, such as 100",
                    "unknown setting portt; did you mean port?"
                },
                container.rejected("configuration").mistakes);
    }
}
