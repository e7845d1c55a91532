package org.slimta.bus.impl.config;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.whiteboard.HandlerDispatcher;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;

/** What a chain or a proxy receives with from another configured bus, which it has for itself. */
final class ExclusiveReceiver {

    private final ConfigContext foundation;
    private final String name;
    private final String from;
    private final ReceivingEndpoint intake;
    private final Runnable onDirectory;
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile HandlerDispatcher pump;

    /** Takes hold of a bus; fails if it is not there, or somebody else has it. When it goes, something is called. */
    ExclusiveReceiver(ConfigContext foundation, String name, String from, Runnable onGone) throws BusException {
        this.foundation = foundation;
        this.name = name;
        this.from = from;
        this.intake = foundation.directory().intake(from);
        if (intake == null) {
            throw new BusException(
                    Reason.CONNECT, "there is no server, local bus or chain with slimta.bus.name=" + from + " (from)");
        }
        if (!intake.taker().compareAndSet(null, name)) {
            throw new BusException(
                    Reason.CONNECT,
                    intake.taker().get() + " receives from the bus " + from + " already; one chain or proxy can do so");
        }
        this.onDirectory = () -> {
            if (foundation.directory().intake(from) != intake) {
                if (gone.compareAndSet(false, true)) {
                    onGone.run();
                }
            } else {
                pump.refresh();
            }
        };
    }

    ReceivingEndpoint intake() {
        return intake;
    }

    void start(PipelineSpec plan, Runnable onChange) {
        foundation.directory().changed(); // The pump of its own stops.
        pump = new HandlerDispatcher(plan, intake.inbox(), foundation.pumps(), onChange);
        pump.start();
        foundation.directory().addListener(onDirectory);
        onDirectory.run(); // What has changed before nobody has told.
    }

    void replan(PipelineSpec plan) {
        pump.replan(plan);
    }

    MissingDependency lack() {
        HandlerDispatcher running = pump;
        return running == null ? null : running.lack();
    }

    void report(BusDTO bus) {
        HandlerDispatcher running = pump;
        if (running == null) {
            return; // It is just being opened anew.
        }
        running.report(bus);
        running.reportRuns(bus);
        MissingDependency lack = running.lack();
        bus.state = lack == null ? "ready" : "waiting";
        bus.waitingFor = lack == null ? null : lack.message();
        bus.requestType = intake.requestType();
        bus.responseType = intake.responseType();
        bus.address = "from " + from;
    }

    /**
     * Begins nothing more, and lets what has begun come to its end.
     *
     * @param deadline at most until then, a time of {@link System#nanoTime()}
     */
    void close(long deadline) {
        foundation.directory().removeListener(onDirectory);
        ClosingSteps.run(
                () -> {
                    if (pump != null) {
                        pump.stop();
                        pump.awaitEnd(deadline);
                    }
                },
                () -> intake.taker().compareAndSet(name, null),
                foundation.directory()::changed);
    }
}
