package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.Security;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Engine against engine: bytes that are sent before an end arrive once and in order, whatever their pieces are and
 * whenever one of the two ends. With -Dtls.records=1000000 it continues until that number of records was sent.
 */
class TlsLayerTest {

    private static final long RECORDS = Long.getLong("tls.records", 3_000);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService handshakes = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
        handshakes.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, false, 40", "TLSv1.3, true, 40", "TLSv1.2, false, 10", "TLSv1.2, true, 10"})
    void whatIsSentArrivesOnceAndInOrder(String protocol, boolean clientCertificate, int percent) throws Exception {
        Certified tls = Certified.of(protocol, clientCertificate);
        long start = System.nanoTime();
        long seed = start;
        long records = 0;
        long own = 0;
        while (records < RECORDS * percent / 100) {
            CountedBuffers buffers = new CountedBuffers();
            Exchange exchange = Exchange.random(tls, buffers.buffers, handshakes, seed++);
            exchange.run(threads);
            buffers.assertAllRecycled();
            records += exchange.records();
            own += exchange.ownRecords();
        }
        System.out.printf(
                "%s, client certificate %s: %d connections, %d records, %d of them of TLS itself, in %d s%n",
                protocol,
                clientCertificate,
                seed - start,
                records,
                own,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    }

    @Test
    void newKeysDoNotEndAConnectionThatBothEndsUse() throws Exception {
        assertTrue(
                Security.getProperty("jdk.tls.keyLimits").contains("2^16"),
                "new keys come often: -Djava.security.properties=src/test/resources/tls/often-new-keys.properties");
        Exchange exchange =
                Exchange.longOne(Certified.of("TLSv1.3", false), new TlsBuffers(), handshakes, System.nanoTime());
        exchange.run(threads);
        assertTrue(exchange.ownRecords() > 100, exchange::toString);
    }
}
