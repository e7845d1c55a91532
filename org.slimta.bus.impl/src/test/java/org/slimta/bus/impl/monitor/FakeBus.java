package org.slimta.bus.impl.monitor;

import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Reportable;

/** A bus that reports what a test wants. */
final class FakeBus implements Reportable {

    volatile String name;
    volatile String state = "ready";
    volatile String waitingFor;
    volatile int periods;
    volatile int reports;
    volatile long answered;
    volatile int queued;
    volatile boolean closed;

    FakeBus(String name) {
        this.name = name;
    }

    @Override
    public void report(BusDTO bus) {
        reports++;
        bus.kind = "server";
        bus.name = name;
        bus.state = state;
        bus.waitingFor = waitingFor;
        bus.answered = answered;
        bus.queued = queued;
        bus.queueSize = 5;
        bus.address = "127.0.0.1:4025";
    }

    @Override
    public void advance() {
        periods++;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }
}
