package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.status.Reported;

/**
 * A bus that is there as long as its configuration is. A configuration that is wrong makes no bus, and leaves one that there
 * is as it is. One that cannot be opened now is tried again.
 *
 * @param <S> its settings
 */
abstract class ConfiguredBus<S extends ConfiguredBus.BusSettings> implements Reported {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredBus.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Until a bus is there that another needs may take a moment, when all of them start. */
    private static final long GRACE = TimeUnit.SECONDS.toNanos(2);

    /** What each kind is set to. */
    interface BusSettings {

        Names names();
    }

    private final Foundation foundation;
    private final Runnable onDirectory = this::openSoon;
    private final String kind;
    private final String pid;
    private volatile S settings;
    private boolean open;
    private volatile boolean shown;
    private volatile boolean closed;
    private Duration pause = SHORTEST_PAUSE;
    private Future<?> retry;
    private volatile String obstacle;
    private long obstacleSince;
    private boolean warned;
    private volatile String name;

    ConfiguredBus(Foundation foundation, String kind, Map<String, Object> properties) {
        this.foundation = foundation;
        this.kind = kind;
        this.pid = String.valueOf(properties.get(Constants.SERVICE_PID));
    }

    /** Makes settings of properties. */
    abstract S read(Settings properties) throws BadSettings;

    /** Opens it. What stands in its way is told by a message for a person; then nothing is left open. */
    abstract void open(S settings) throws BusException;

    /** Goes on with other settings, or tells that it has to be closed and opened again. */
    abstract boolean apply(S before, S now) throws BadSettings;

    /** Closes what is open. */
    abstract void closeNow();

    final Foundation foundation() {
        return foundation;
    }

    /** To be called once the constructor is done, and whenever the configuration has changed. */
    final synchronized void configure(Map<String, Object> properties) {
        S now;
        try {
            Settings read = new Settings(properties);
            now = read(read);
        } catch (BadSettings e) {
            reject(e);
            return;
        }
        foundation.rejections().remove(Rejections.Kind.CONFIGURATION, pid);
        S before = settings;
        settings = now;
        name = now.names().name();
        if (before == null) {
            foundation.engine().buses().add(this, pid, null);
            foundation.directory().addListener(onDirectory);
        }
        try {
            if (open && apply(before, now)) {
                return;
            }
        } catch (BadSettings e) {
            settings = before;
            reject(e);
            return;
        }
        closeIfOpen();
        pause = SHORTEST_PAUSE;
        tryOpen();
    }

    private void reject(BadSettings e) {
        String now = open ? ". The bus " + name + " goes on as it was" : "";
        foundation.rejections().add(Rejections.Kind.CONFIGURATION, pid, null, e.getMessage() + now);
    }

    private void tryOpen() {
        if (closed || open || settings == null) {
            return;
        }
        try {
            open(settings);
            open = true;
            shown = true;
            LOG.info("The {} {} of {} is open", kind, name, pid);
            obstacle = null;
            warned = false;
        } catch (BusException e) {
            hinder(e.getMessage(), e.getCause() == null);
        } catch (RuntimeException e) {
            LOG.error("The {} {} of {} could not be opened", kind, name, pid, e);
            closeWhatThereIs();
            hinder("it failed: " + e, false);
        }
    }

    private void closeWhatThereIs() {
        try {
            closeNow();
        } catch (RuntimeException e) {
            LOG.debug("{} was only half open", this, e);
        }
    }

    private void hinder(String what, boolean mayPassSoon) {
        long now = System.nanoTime();
        if (obstacle == null) {
            obstacleSince = now;
        }
        if (!what.equals(obstacle)) {
            warned = false;
        }
        obstacle = what;
        if (!warned && (!mayPassSoon || now - obstacleSince > GRACE)) {
            LOG.warn("The {} {} of {} is not open, and is tried again and again: {}", kind, name, pid, obstacle);
            warned = true;
        }
        retryLater();
    }

    private void retryLater() {
        if (retry != null) {
            retry.cancel(false);
        }
        retry = foundation.engine().threads().after(pause, this::openSoon);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** What stood in the way may be gone. */
    private void openSoon() {
        if (obstacle != null) {
            foundation.configure(() -> {
                if (!closed) {
                    synchronized (this) {
                        tryOpen();
                    }
                }
            });
        }
    }

    /** Has it opened again, because what it needs has gone or changed. */
    final void reopenSoon() {
        foundation.configure(() -> {
            if (closed) {
                return;
            }
            synchronized (this) {
                if (!closed && open) {
                    closeIfOpen();
                    tryOpen();
                }
            }
        });
    }

    private void closeIfOpen() {
        if (open) {
            open = false;
            closeNow();
            shown = false;
        }
    }

    final void deactivate() {
        foundation.directory().removeListener(onDirectory);
        closed = true;
        synchronized (this) {
            if (retry != null) {
                retry.cancel(false);
            }
            closeIfOpen();
        }
        foundation.engine().buses().remove(this);
        foundation.rejections().remove(Rejections.Kind.CONFIGURATION, pid);
    }

    @Override
    public final boolean isClosed() {
        return closed && !shown;
    }

    @Override
    public final void report(BusDTO bus) {
        bus.kind = kind;
        bus.name = name;
        bus.state = "waiting";
        if (shown) {
            reportOpen(bus);
            bus.kind = kind;
            bus.name = name;
        } else {
            String why = obstacle;
            bus.waitingFor = why == null ? "it is being opened or closed" : why;
            S wanted = settings;
            if (wanted != null) {
                wanted.names().report(bus);
                reportWanted(wanted, bus);
            }
        }
    }

    /** Tells what it is to be, but for its names. */
    abstract void reportWanted(S settings, BusDTO bus);

    /** Tells how it fares. */
    abstract void reportOpen(BusDTO bus);

    @Override
    public String toString() {
        return kind + " " + name + " of " + pid;
    }
}
