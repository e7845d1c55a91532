package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.whiteboard.HandlerDispatchers;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.TargetCheck;
import org.slimta.bus.impl.whiteboard.Whiteboard;

/**
 * What all configured buses of one provider stand on. It is there before the first of them and goes after the last, so that
 * it is only closed when the provider stops.
 */
@Component(service = ConfigContext.class, immediate = true)
public final class ConfigContext {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigContext.class);

    /** How long a bus that is just being opened is waited for: it may wait for files that never come, and owes nothing. */
    private static final Duration OPENING = Duration.ofSeconds(2);

    private final BundleContext context;
    private final ProviderResources engine;
    private final Codecs codecs;
    private final Whiteboard whiteboard;
    private final BusDirectory directory;
    private final Rejections rejections;
    private final Workers configuring;
    private final HandlerDispatchers pumps;
    private final TargetCheck targets;
    private final Set<ConfiguredBus<?>> buses = new HashSet<>();
    private volatile boolean closed;

    /**
     * All together.
     *
     * @param context of the provider
     * @param engine the threads and sockets
     * @param codecs the codecs
     * @param whiteboard the handlers and filters
     * @param directory the configured buses
     * @param rejections what is wrong
     */
    @Activate
    public ConfigContext(
            BundleContext context,
            @Reference ProviderResources engine,
            @Reference Codecs codecs,
            @Reference Whiteboard whiteboard,
            @Reference BusDirectory directory,
            @Reference Rejections rejections) {
        this.context = context;
        this.engine = engine;
        this.codecs = codecs;
        this.directory = directory;
        this.rejections = rejections;
        this.configuring = engine.threads().newWorkers("slimta-bus-configuring-", Integer.MAX_VALUE);
        this.pumps = new HandlerDispatchers(whiteboard, codecs, engine.threads());
        this.targets = new TargetCheck(whiteboard, rejections, this::configureLater);
        this.whiteboard = whiteboard;
        whiteboard.askAgainWith(this::configureLater);
    }

    /**
     * Waits until all buses are closed, which they do side by side: each as long as its transactions may go on, so that nothing
     * of this bundle runs any more when it is gone.
     */
    @Deactivate
    void close() {
        List<ConfiguredBus<?>> left;
        synchronized (buses) {
            left = List.copyOf(buses);
        }
        Stream<Runnable> deactivating = left.stream().map(bus -> bus::deactivate);
        ClosingSteps.run(
                () -> ClosingSteps.run(deactivating.toArray(Runnable[]::new)),
                this::awaitNoBus,
                () -> closed = true,
                () -> whiteboard.askAgainWith(null),
                targets::close,
                pumps::close,
                configuring::close);
    }

    private void awaitNoBus() {
        long latest = System.nanoTime() + OPENING.toNanos();
        synchronized (buses) {
            try {
                while (buses.stream().anyMatch(bus -> !bus.isOpening() || System.nanoTime() - latest < 0)) {
                    buses.wait(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!buses.isEmpty()) {
                LOG.warn("These buses were not closed in time, and are as soon as that is possible: {}", buses);
            }
        }
    }

    /** There is a bus that has to be closed. */
    void add(ConfiguredBus<?> bus) {
        synchronized (buses) {
            buses.add(bus);
        }
    }

    /** A bus is closed. */
    void remove(ConfiguredBus<?> bus) {
        synchronized (buses) {
            buses.remove(bus);
            buses.notifyAll();
        }
    }

    /** Opens and closes something, which may take its time; on threads that nothing else needs, one more if all are taken. */
    void configure(Runnable task) {
        if (!closed) {
            configuring.execute(task);
        }
    }

    private void configureLater(Duration delay, Runnable task) {
        engine.threads().after(delay, () -> configure(task));
    }

    BundleContext context() {
        return context;
    }

    ProviderResources engine() {
        return engine;
    }

    Codecs codecs() {
        return codecs;
    }

    HandlerDispatchers pumps() {
        return pumps;
    }

    TargetCheck targets() {
        return targets;
    }

    BusDirectory directory() {
        return directory;
    }

    /** Whether there are codecs of these types, of those that are not null. */
    boolean hasCodecs(String... types) {
        return missingCodec(types) == null;
    }

    /** What to say of a type without a codec, or null if there is none. */
    String missingCodec(String... types) {
        for (String type : types) {
            if (type != null && codecs.named(type).isEmpty()) {
                return MissingDependency.ofCodec(type).message();
            }
        }
        return null;
    }

    Rejections rejections() {
        return rejections;
    }
}
