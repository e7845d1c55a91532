package org.slimta.bus.impl.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The certificate that an end shows to its peers.
 *
 * @param certificate the certificate, without those of its issuers
 * @param file the file that it was read from
 */
record OwnCertificate(X509Certificate certificate, Path file) {

    /** A certificate that expires within this time is reported when the bus is opened. */
    private static final Duration SOON = Duration.ofDays(14);

    /** {@return its subject; its names if it has none} */
    String subject() {
        return Certificates.describe(certificate);
    }

    /** {@return when it expires} */
    Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    private Instant begins() {
        return certificate.getNotBefore().toInstant();
    }

    /** {@return whether its period of validity contains a time, so that peers can accept it} */
    boolean isValidAt(Instant now) {
        return !now.isBefore(begins()) && !now.isAfter(expires());
    }

    /**
     * {@return what is wrong with its period of validity, with the advice; null if it is valid for 14 days at least}
     */
    String warningAt(Instant now) {
        String name = "the certificate " + subject() + " of this end, in the file " + file;
        if (now.isBefore(begins())) {
            return name + ", is not valid before " + begins() + "; peers refuse it until then. Is the clock right?";
        }
        if (now.isAfter(expires())) {
            return name + ", expired on " + expires() + "; peers refuse it. Replace the file";
        }
        long days = now.until(expires(), ChronoUnit.DAYS);
        return days >= SOON.toDays()
                ? null
                : name + ", expires on " + expires() + ", in less than " + (days + 1) + (days == 0 ? " day" : " days")
                        + "; replace the file before";
    }
}
