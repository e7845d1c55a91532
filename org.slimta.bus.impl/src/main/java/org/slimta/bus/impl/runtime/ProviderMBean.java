package org.slimta.bus.impl.runtime;

import java.util.Arrays;
import java.util.List;
import javax.management.ObjectName;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.impl.monitor.MBeans;
import org.slimta.bus.impl.status.BusState;

/** The MBean of a provider. Thread-safe. */
final class ProviderMBean implements ProviderMXBean, AutoCloseable {

    private final BusRuntime runtime;
    private final ObjectName name;

    /** Registers the MBean. */
    ProviderMBean(BusRuntime runtime) {
        this.runtime = runtime;
        this.name = MBeans.register(this, "provider", null, 1).name();
    }

    @Override
    public String getVersion() {
        return runtime.getRuntimeDTO().version;
    }

    @Override
    public int getBuses() {
        return runtime.getRuntimeDTO().buses.length;
    }

    @Override
    public int getReadyBuses() {
        return (int) Arrays.stream(runtime.getRuntimeDTO().buses)
                .filter(bus -> BusState.READY.label().equals(bus.state))
                .count();
    }

    @Override
    public int getCodecs() {
        return runtime.getRuntimeDTO().codecs.length;
    }

    @Override
    public int getHandlers() {
        return runtime.getRuntimeDTO().handlers.length;
    }

    @Override
    public int getFilters() {
        return runtime.getRuntimeDTO().filters.length;
    }

    @Override
    public int getRejected() {
        return runtime.getRuntimeDTO().rejected.length;
    }

    @Override
    public List<String> getRejections() {
        return Arrays.stream(runtime.getRuntimeDTO().rejected)
                .map(rejected -> rejected.kind + " " + rejected.id + ": " + rejected.reason)
                .toList();
    }

    /** Unregisters it. */
    @Override
    public void close() {
        MBeans.unregister(name);
    }
}
