package org.slimta.bus.impl.monitor;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusInventory;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.status.Reportable;

/** The MBean of one bus. Tools read its attributes one by one, so a report serves for 100 ms. Thread-safe. */
final class BusMBean implements BusMXBean {

    private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final BusInventory buses;
    private final Reportable reportable;
    private BusDTO latest; // Guarded by this.
    private long reportedAt; // Guarded by this. Meaningless before the first report.

    /**
     * Creates the MBean of a bus.
     *
     * @param buses reports the bus
     * @param reportable the bus
     * @param first its report now
     */
    BusMBean(BusInventory buses, Reportable reportable, BusDTO first) {
        this.buses = buses;
        this.reportable = reportable;
        this.latest = first;
        this.reportedAt = System.nanoTime();
    }

    /** {@return a report that is at most 100 ms old; of a bus that has gone the last one} */
    private synchronized BusDTO bus() {
        long now = System.nanoTime();
        if (now - reportedAt > MAX_AGE_NANOS) {
            BusDTO fresh = buses.report(reportable);
            latest = fresh == null ? latest : fresh;
            reportedAt = now;
        }
        return latest;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public String getName() {
        return bus().name;
    }

    @Override
    public String getKind() {
        return bus().kind;
    }

    @Override
    public String getAddress() {
        return bus().address;
    }

    @Override
    public boolean isTls() {
        return bus().tls;
    }

    @Override
    public String getState() {
        return bus().state;
    }

    @Override
    public boolean isReady() {
        return BusState.READY.label().equals(bus().state);
    }

    @Override
    public String getWaitingFor() {
        return bus().waitingFor;
    }

    @Override
    public String getProblem() {
        return bus().problem;
    }

    @Override
    public String getPid() {
        return bus().pid;
    }

    @Override
    public String getBundle() {
        return bus().bundle;
    }

    @Override
    public String getRequestType() {
        return bus().requestType;
    }

    @Override
    public String getResponseType() {
        return bus().responseType;
    }

    @Override
    public long getOpenedMillis() {
        return bus().opened;
    }

    @Override
    public int getPeers() {
        return bus().peers;
    }

    @Override
    public int getInFlight() {
        return bus().inFlight;
    }

    @Override
    public long getOldestInFlightMillis() {
        return bus().oldestInFlight;
    }

    @Override
    public int getQueued() {
        return bus().queued;
    }

    @Override
    public int getQueueSize() {
        return bus().queueSize;
    }

    @Override
    public long getHeldBytes() {
        return bus().heldBytes;
    }

    @Override
    public long getMemoryLimitBytes() {
        return bus().memoryLimit;
    }

    @Override
    public Map<String, Integer> getNotRead() {
        return bus().notRead;
    }

    @Override
    public long getAnswered() {
        return bus().answered;
    }

    @Override
    public long getFailed() {
        return sum(bus().failed);
    }

    @Override
    public Map<String, Long> getFailedByReason() {
        return bus().failed;
    }

    @Override
    public long getLatency50Micros() {
        return bus().latency50;
    }

    @Override
    public long getLatency99Micros() {
        return bus().latency99;
    }

    @Override
    public long getLatency999Micros() {
        return bus().latency999;
    }

    @Override
    public double getAnsweredPerSecond() {
        return bus().recent.answeredPerSecond;
    }

    @Override
    public double getFailedPerSecond() {
        return bus().recent.failedPerSecond;
    }

    @Override
    public long getRecentLatency50Micros() {
        return bus().recent.latency50;
    }

    @Override
    public long getRecentLatency99Micros() {
        return bus().recent.latency99;
    }

    @Override
    public long getRecentLatency999Micros() {
        return bus().recent.latency999;
    }

    @Override
    public long getLastAnsweredMillis() {
        return bus().lastAnswered;
    }

    @Override
    public long getFailingSinceMillis() {
        return bus().failingSince;
    }

    @Override
    public long getLastFailureMillis() {
        BusDTO bus = bus();
        return bus.lastFailure == null ? 0 : bus.lastFailure.time;
    }

    @Override
    public String getLastFailure() {
        BusDTO bus = bus();
        return bus.lastFailure == null ? null : bus.lastFailure.reason + ": " + bus.lastFailure.message;
    }

    @Override
    public String getCertificateSubject() {
        return bus().certificateSubject;
    }

    @Override
    public long getCertificateExpiresMillis() {
        return bus().certificateExpires;
    }
}
