package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The contracts that hold for every kind of bus. Each kind has a subclass, which JUnit runs. */
@Timeout(60)
public abstract class BusContract
        implements ResponseContract,
                HeaderContract,
                AnsweredOnceContract,
                BadPeerContract,
                WaitingContract,
                FailureContract,
                CancelContract,
                ClosingContract,
                ThreadContract,
                ServingContract {

    private final BusFixture kind;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private BusUnderTest bus;

    /**
     * Tests of one kind of bus.
     *
     * @param kind opens the buses; is closed after each test
     */
    protected BusContract(BusFixture kind) {
        this.kind = kind;
    }

    @BeforeEach
    final void openPatientBus() throws Exception {
        reopen(BusSettings.PATIENT);
    }

    @AfterEach
    final void close() throws Exception {
        threads.shutdownNow();
        bus.client().close();
        kind.close();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS), "every wait ends when the bus is closed");
    }

    @Override
    public final BusUnderTest bus() {
        return bus;
    }

    @Override
    public final ExecutorService threads() {
        return threads;
    }

    @Override
    public final void reopen(BusSettings settings) throws Exception {
        bus = kind.open(settings, threads);
    }
}
