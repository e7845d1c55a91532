package org.slimta.bus.nats.impl.config;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ConfiguredEnd;

/** What servers and clients by configuration have in common: they follow their connection. */
abstract class ConfiguredNatsEnd {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredNatsEnd.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 60;

    private final Connections connections;
    private final Runnable listener = this::connectionsChanged;
    private Map<String, Object> configuration; // Guarded by this.
    private ConfiguredEnd end; // Guarded by this.

    ConfiguredNatsEnd(Connections connections) {
        this.connections = connections;
    }

    /** To be called at the end of the constructor. */
    final void begin(Map<String, Object> first, ConfiguredEnd opened) {
        synchronized (this) {
            configuration = first;
            end = opened;
        }
        connections.addListener(listener);
        connectionsChanged(); // One may have come meanwhile.
    }

    /** Returns what names the bus in the cluster: its subject, or the name of the bus if none is set. */
    static String subject(CarrierSettings settings) {
        return Objects.requireNonNullElse(
                settings.text("subject"), Objects.requireNonNullElse(settings.text(BusConstants.BUS_NAME), ""));
    }

    /** Returns the connection of a name, or null. */
    final Connections.Connection find(String name) {
        return connections.find(name);
    }

    /** Uses the connection from now on. */
    final void join(Connections.Connection connection, String name) throws BusException {
        if (!connections.join(connection)) {
            throw new BusException(
                    Reason.CONNECT,
                    "no NATS connection named " + name + " is configured; add a configuration with the factory PID"
                            + " org.slimta.bus.nats and slimta.nats.name=" + name);
        }
    }

    /** The end reads its settings again, which contain the connection: if that is another one, the end is opened again. */
    private synchronized void connectionsChanged() {
        end.modified(configuration);
    }

    final synchronized void change(Map<String, Object> newConfiguration) {
        configuration = newConfiguration;
        end.modified(newConfiguration);
    }

    /** Closes it, and waits: the bundle may be about to stop. */
    final void closeNow() {
        connections.removeListener(listener);
        try {
            end().close().toCompletableFuture().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("A bus over NATS was not closed in time", e);
        }
    }

    private synchronized ConfiguredEnd end() {
        return end;
    }
}
