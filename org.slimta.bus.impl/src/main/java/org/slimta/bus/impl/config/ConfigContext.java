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
 * What all configured buses of one provider share. It is activated before the first of them and deactivated after the
 * last, so it closes only when the provider stops.
 */
@Component(service = ConfigContext.class, immediate = true)
public final class ConfigContext {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigContext.class);

    /**
     * How long {@link #close} waits for a bus that is opening: such a bus may wait for files that never come, and has
     * no transactions to finish.
     */
    private static final Duration OPENING_TIMEOUT = Duration.ofSeconds(2);

    private static final long CLOSE_CHECK_MILLIS = 100;

    private final BundleContext bundleContext;
    private final ProviderResources resources;
    private final Codecs codecs;
    private final Whiteboard whiteboard;
    private final BusDirectory directory;
    private final Rejections rejections;
    private final Workers workers;
    private final HandlerDispatchers dispatchers;
    private final TargetCheck targets;
    private final Set<ConfiguredBus<?>> buses = new HashSet<>(); // Guards itself.
    private volatile boolean closed;

    /**
     * Creates the context from the parts of the provider.
     *
     * @param bundleContext of the provider
     * @param resources the threads and sockets
     * @param codecs the codecs
     * @param whiteboard the handlers and filters
     * @param directory the configured buses
     * @param rejections what is rejected, and why
     */
    @Activate
    public ConfigContext(
            BundleContext bundleContext,
            @Reference ProviderResources resources,
            @Reference Codecs codecs,
            @Reference Whiteboard whiteboard,
            @Reference BusDirectory directory,
            @Reference Rejections rejections) {
        this.bundleContext = bundleContext;
        this.resources = resources;
        this.codecs = codecs;
        this.directory = directory;
        this.rejections = rejections;
        this.workers = resources.threads().newWorkers("slimta-bus-configuring-", Integer.MAX_VALUE);
        this.dispatchers = new HandlerDispatchers(whiteboard, codecs, resources.threads());
        this.targets = new TargetCheck(whiteboard, rejections, this::executeLater);
        this.whiteboard = whiteboard;
        whiteboard.retryWith(this::executeLater);
        whiteboard.passObserversTo(resources.observers());
    }

    /**
     * Closes all buses concurrently and waits for them, each for as long as its transactions may continue, so that no
     * code of this bundle runs after the bundle has stopped.
     */
    @Deactivate
    void close() {
        List<ConfiguredBus<?>> remaining;
        synchronized (buses) {
            remaining = List.copyOf(buses);
        }
        Stream<Runnable> deactivating = remaining.stream().map(bus -> bus::deactivate);
        ClosingSteps.run(
                () -> ClosingSteps.run(deactivating.toArray(Runnable[]::new)),
                this::awaitNoBus,
                () -> closed = true,
                () -> whiteboard.retryWith(null),
                targets::close,
                dispatchers::close,
                workers::close);
    }

    private void awaitNoBus() {
        long openingDeadline = System.nanoTime() + OPENING_TIMEOUT.toNanos();
        synchronized (buses) {
            try {
                while (buses.stream().anyMatch(bus -> !bus.isOpening() || System.nanoTime() - openingDeadline < 0)) {
                    buses.wait(CLOSE_CHECK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!buses.isEmpty()) {
                LOG.warn("Buses not closed in time, closing as soon as possible: {}", buses);
            }
        }
    }

    /** Registers a bus that must be closed before the provider stops. */
    void add(ConfiguredBus<?> bus) {
        synchronized (buses) {
            buses.add(bus);
        }
    }

    /** Unregisters a bus that is closed. */
    void remove(ConfiguredBus<?> bus) {
        synchronized (buses) {
            buses.remove(bus);
            buses.notifyAll();
        }
    }

    /**
     * Runs a task that opens, changes or closes something and may block. Its threads are used for nothing else, and
     * another one starts if all of them are busy. Does nothing after {@link #close}.
     */
    void execute(Runnable task) {
        if (!closed) {
            workers.execute(task);
        }
    }

    /** Runs such a task after a delay. */
    void executeLater(Duration delay, Runnable task) {
        resources.threads().after(delay, () -> execute(task));
    }

    /** {@return why the bus that a setting names cannot be used at the moment} Does not block. */
    String absence(String setting, String name, NamedBus.End end) {
        List<NamedBus> all;
        synchronized (buses) {
            all = List.copyOf(buses);
        }
        return new AbsentBus(all, rejections).explain(setting, name, end);
    }

    BundleContext bundleContext() {
        return bundleContext;
    }

    ProviderResources resources() {
        return resources;
    }

    Codecs codecs() {
        return codecs;
    }

    HandlerDispatchers dispatchers() {
        return dispatchers;
    }

    TargetCheck targets() {
        return targets;
    }

    BusDirectory directory() {
        return directory;
    }

    Rejections rejections() {
        return rejections;
    }

    /** {@return whether there is a codec for each of these types; a type that is null needs none} */
    boolean hasCodecs(String... types) {
        return missingCodec(types) == null;
    }

    /** {@return a message about the first of these types without a codec, or null if all have one} */
    String missingCodec(String... types) {
        for (String type : types) {
            if (type != null && codecs.named(type).isEmpty()) {
                return MissingDependency.ofCodec(type).message();
            }
        }
        return null;
    }
}
