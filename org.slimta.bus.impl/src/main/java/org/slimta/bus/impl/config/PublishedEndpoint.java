package org.slimta.bus.impl.config;

import java.util.Map;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.whiteboard.HandlerDispatcher;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;

/**
 * Where a configured bus is received from: by its handler, by whoever uses its service, or by a chain or a proxy, which then
 * has it for itself. Thread-safe.
 */
final class PublishedEndpoint {

    private final ConfigContext foundation;
    private final ReceivingEndpoint intake;
    private final Publication publication;
    private final Runnable onDirectory = this::look;
    private final Runnable onCodecs = this::checkReady;
    private String name;
    private BusClient<Object, Object> client;
    private volatile PipelineSpec plan;
    private HandlerDispatcher pump;
    private boolean withdrawn;

    PublishedEndpoint(ConfigContext foundation, Map<String, Object> properties, ReceivingEndpoint intake) {
        this.foundation = foundation;
        this.intake = intake;
        this.publication = new Publication(foundation.context(), properties, this::used);
    }

    static void checkFree(String name, ConfigContext foundation) throws BusException {
        if (foundation.directory().intake(name) != null) {
            throw taken(name);
        }
    }

    static BusException taken(String name) {
        return new BusException(
                Reason.CONNECT,
                "there is another server, local bus or chain with slimta.bus.name=" + name
                        + " already; give each its own name");
    }

    /** Publishes the end, and the other one if there is one. */
    void open(BusServer<Object, Object> server, BusClient<Object, Object> sendingEnd, PipelineSpec firstPlan)
            throws BusException {
        plan = firstPlan;
        name = firstPlan.name();
        client = sendingEnd;
        if (!foundation.directory().add(name, intake, client)) {
            throw taken(name);
        }
        foundation.directory().addListener(onDirectory);
        foundation.codecs().addListener(onCodecs);
        look();
        publication.addWatched(BusServer.class, server);
        if (client != null) {
            publication.add(BusClient.class, client);
        }
        checkReady();
    }

    /** Whether somebody uses the service, or has it for himself. */
    boolean isReceivedFrom() {
        return publication.isUsed() || intake.taker().get() != null;
    }

    /** Whether there is anybody who receives from it now. */
    boolean isAttended() {
        HandlerDispatcher running;
        synchronized (intake) {
            running = pump;
        }
        return isReceivedFrom() || running != null && running.lack() == null;
    }

    /** Has a pump as long as nobody else has the intake. Whoever takes it begins nothing before that pump has stopped. */
    private void look() {
        HandlerDispatcher starting = null;
        synchronized (intake) {
            boolean mine = intake.taker().get() == null && !withdrawn;
            if (mine && pump == null) {
                starting = new HandlerDispatcher(plan, intake.inbox(), foundation.pumps(), () -> {});
                pump = starting;
            } else if (!mine && pump != null && !withdrawn) {
                pump.stop();
                pump = null;
            }
        }
        if (starting != null) {
            starting.start(); // Not under the lock: it loads classes.
        }
    }

    private void used() {
        foundation.configure(foundation.directory()::changed);
    }

    private void checkReady() {
        publication.update(() -> foundation.hasCodecs(plan.requestType(), plan.responseType()));
    }

    void change(Map<String, Object> properties, PipelineSpec newPlan) {
        plan = newPlan;
        HandlerDispatcher running;
        synchronized (intake) {
            running = pump;
        }
        if (running != null) {
            running.replan(newPlan);
        }
        publication.change(properties);
        checkReady();
    }

    /**
     * Nobody finds it any more; what was taken in is still received. Waits for what proxies have begun that is still to be sent
     * to it, for the drainTimeout of each at most; what they have not begun waits for another bus of that name.
     */
    void withdraw() {
        synchronized (intake) {
            withdrawn = true;
        }
        ClosingSteps.run(publication::close, () -> {
            if (client != null) {
                foundation.directory().remove(name, null, client);
                foundation.pumps().awaitLeft(client);
            }
        });
    }

    /** Lets go of it, when what was taken in has been waited for. */
    void close() {
        foundation.directory().removeListener(onDirectory);
        foundation.codecs().removeListener(onCodecs);
        foundation.directory().remove(name, intake, client);
        HandlerDispatcher stopping;
        synchronized (intake) {
            stopping = pump;
            pump = null;
        }
        if (stopping != null) {
            stopping.stop();
        }
    }

    void report(BusDTO bus) {
        HandlerDispatcher running;
        synchronized (intake) {
            running = pump;
        }
        MissingDependency lack = running == null || isReceivedFrom() ? null : running.lack();
        if (running != null) {
            running.report(bus);
            if (lack != null) {
                bus.state = "waiting";
                bus.waitingFor = lack.message();
            }
        }
        String codec = foundation.missingCodec(plan.requestType(), plan.responseType());
        if (codec != null && (lack == null || lack.what() != MissingDependency.What.CODEC)) {
            bus.state = "waiting";
            bus.waitingFor = bus.waitingFor == null ? codec : bus.waitingFor + "; " + codec;
        }
    }
}
