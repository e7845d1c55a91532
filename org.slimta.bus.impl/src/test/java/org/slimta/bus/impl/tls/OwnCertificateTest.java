package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The period of validity of a certificate is reported before and after it. The one of these tests ends in 2021. */
class OwnCertificateTest {

    private static final Path FILE = Path.of("src/test/resources/tls/expired.pem");
    private static final String NAME = "the certificate CN=expired,O=Example of this end, in the file " + FILE;

    private static OwnCertificate own() throws Exception {
        return new OwnCertificate(PemFile.read(FILE).certificates().get(0), FILE);
    }

    private static String warningAt(String time) throws Exception {
        return own().warningAt(Instant.parse(time));
    }

    @Test
    void aCertificateThatIsValidForSomeTimeCausesNoWarning() throws Exception {
        assertNull(warningAt("2020-12-18T00:00:00Z"));
        assertTrue(own().isValidAt(Instant.parse("2020-12-18T00:00:00Z")));
    }

    @Test
    void aCertificateThatExpiresSoonIsReported() throws Exception {
        assertEquals(
                NAME + ", expires on 2021-01-01T00:00:00Z, in less than 14 days; replace the file before",
                warningAt("2020-12-18T00:00:01Z"));
        assertEquals(
                NAME + ", expires on 2021-01-01T00:00:00Z, in less than 1 day; replace the file before",
                warningAt("2020-12-31T23:00:00Z"));
    }

    @Test
    void anExpiredCertificateIsReported() throws Exception {
        assertEquals(
                NAME + ", expired on 2021-01-01T00:00:00Z; peers refuse it. Replace the file",
                warningAt("2021-01-01T00:00:01Z"));
        assertFalse(own().isValidAt(Instant.parse("2021-01-01T00:00:01Z")));
    }

    @Test
    void aCertificateThatIsNotValidYetIsReported() throws Exception {
        assertEquals(
                NAME + ", is not valid before 2020-01-01T00:00:00Z; peers refuse it until then. Is the clock right?",
                warningAt("2019-12-31T00:00:00Z"));
        assertFalse(own().isValidAt(Instant.parse("2019-12-31T00:00:00Z")));
    }
}
