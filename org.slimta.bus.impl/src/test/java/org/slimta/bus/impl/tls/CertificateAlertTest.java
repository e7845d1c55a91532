package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

class CertificateAlertTest {

    @ParameterizedTest
    @CsvSource({
        "Received fatal alert: bad_certificate, true",
        "Received fatal alert: certificate_required, true",
        "Received fatal alert: unknown_ca, true",
        "(certificate_required) Received fatal alert: certificate_required, true",
        "(internal_error) Received fatal alert: internal_error, false",
        "Received fatal alert: bad_record_mac, false",
        "Received fatal alert: unexpected_message, false",
        "Received fatal alert: internal_error, false",
        "Tag mismatch, false"
    })
    void onlyTheRefusalOfACertificateSaysThatNothingWasRead(String message, boolean refused) {
        SSLException cause = new SSLHandshakeException(message);
        BusException found = new BusException(Reason.CONNECT, "it was refused", cause);
        assertEquals(refused, CertificateAlert.isIn(new BusException(Reason.CONNECT, "bus a: it was refused", found)));
    }

    @Test
    void aFailureWithoutACauseIsNotAnAlert() {
        assertEquals(
                false,
                CertificateAlert.isIn(new BusException(Reason.CONNECT, "Received fatal alert: bad_certificate!")));
        assertEquals(false, CertificateAlert.isIn(new IllegalStateException()));
    }
}
