package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.status.Reportable;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * A bus that is there as long as its configuration is. A configuration that is wrong makes no bus, and leaves one that there
 * is as it is. One that cannot be opened now is tried again.
 *
 * <p>Configuration Admin has one thread for the configurations of all bundles, so on that one settings are only read. Opening,
 * changing and closing, which read files and wait for transactions, are done by {@link #settle} on another, for one bus by
 * one at a time: it takes what is open to what is wanted then. So the last of many changes holds, those before may be passed
 * over.
 *
 * @param <S> its settings
 */
abstract class ConfiguredBus<S extends ConfiguredBus.BusSettings> implements Reportable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredBus.class);

    /** What each kind is set to. */
    interface BusSettings {

        BusIdentity names();
    }

    /** What has become of it. */
    private enum State {
        CLOSED,
        OPENING,
        OPEN,
        CLOSING,
        GONE
    }

    private final ConfigContext foundation;
    private final Runnable onDirectory = this::openSoon;
    private final CoalescingTask settling;
    private final String kind;
    private final String pid;
    private final AtomicBoolean reopening = new AtomicBoolean();
    private volatile S wanted;
    private volatile boolean unwanted;
    private volatile State state = State.CLOSED;
    private volatile InvalidConfigurationException invalid;
    private volatile String inapplicable;
    private volatile String hindrance;
    private volatile Thread settler;
    private S applied; // This and those below are for settle() alone.
    private Obstacle obstacle;
    private Future<?> retry;

    ConfiguredBus(ConfigContext foundation, String kind, Map<String, Object> properties) {
        this.foundation = foundation;
        this.kind = kind;
        this.pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        this.settling = new CoalescingTask(foundation::configure, this::settle);
    }

    /** Makes settings of properties. */
    abstract S read(Settings properties) throws InvalidConfigurationException;

    /** Opens it. What stands in its way is told by a message for a person; then nothing is left open. */
    abstract void open(S settings) throws BusException;

    /**
     * Goes on with other settings, or tells that it has to be closed and opened again. What stands in the way is told by a
     * message for a person; then nothing has changed.
     */
    abstract boolean apply(S before, S now) throws BusException;

    /** Whether others could read what goes over a socket. If so, it does not go on once TLS is asked for, rightly or not. */
    boolean isInPlainText(S settings) {
        return false;
    }

    /** Closes what is open. */
    abstract void closeNow();

    /** What the targets of services see of it, once it is open with these settings. */
    abstract TargetedBus target(S settings);

    final ConfigContext foundation() {
        return foundation;
    }

    /** To be called once the constructor is done, and whenever the configuration has changed. Does not block. */
    final void configure(Map<String, Object> properties) {
        S now;
        try {
            now = read(new Settings(properties));
        } catch (InvalidConfigurationException e) {
            invalid = e;
            tellRejected();
            if (wanted != null) {
                settling.request();
            }
            return;
        }
        invalid = null;
        boolean first = wanted == null;
        wanted = now;
        if (first) {
            foundation.add(this);
            foundation.engine().buses().add(this, pid, null);
            foundation.directory().addListener(onDirectory);
        }
        tellRejected();
        settling.request();
    }

    /** The settings that came later, cannot be used and ask for TLS, which these do not; or null. */
    private InvalidConfigurationException bar(S settings) {
        InvalidConfigurationException bad = invalid;
        return bad != null && bad.isAskingForTls() && settings != null && isInPlainText(settings) ? bad : null;
    }

    private synchronized void tellRejected() {
        InvalidConfigurationException bad = invalid;
        String why = bad != null ? bad.getMessage() : inapplicable;
        if (why == null || unwanted) {
            foundation.rejections().remove(Rejections.Kind.CONFIGURATION, pid);
        } else {
            String now = "";
            if (bar(wanted) != null) {
                now = ". The bus " + name() + " waits until that is mended: it is not open in plain text";
            } else if (isOpen()) {
                now = ". The bus " + name() + " goes on as it was";
            }
            foundation.rejections().add(Rejections.Kind.CONFIGURATION, pid, null, why + now);
        }
    }

    /** Takes what is open to what is wanted. May block; by one thread at a time. */
    private void settle() {
        settler = Thread.currentThread();
        try {
            settleNow();
        } finally {
            settler = null;
        }
    }

    private void settleNow() {
        cancelRetry();
        S target = wanted;
        if (unwanted) {
            try {
                closeIfOpen();
            } finally {
                gone();
            }
            return;
        }
        InvalidConfigurationException bar = bar(target);
        if (bar != null) {
            if (!isOpen() || isInPlainText(applied)) {
                hindrance = bar.getMessage();
                closeIfOpen();
            }
            return;
        }
        if (reopening.getAndSet(false) || isOpen() && applied != target && !change(target)) {
            closeIfOpen();
        }
        if (!isOpen()) {
            tryOpen(target);
        }
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
    }

    private boolean isOpen() {
        return state == State.OPEN;
    }

    /** Tells whether it goes on, with the other settings or those before. */
    private boolean change(S target) {
        try {
            if (!apply(applied, target)) {
                return false;
            }
            applied = target;
            foundation.targets().put(pid, target(target));
            noObstacle();
            return true;
        } catch (BusException e) {
            if (isInPlainText(applied) && !isInPlainText(target)) {
                hindrance = e.getMessage();
                return false;
            }
            inapplicable = e.getMessage();
            tellRejected();
            retryLater();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("The {} {} of {} could not be changed, and is opened anew", kind, name(), pid, e);
            return false;
        }
    }

    private void noObstacle() {
        obstacle = null;
        hindrance = null;
        if (inapplicable != null) {
            inapplicable = null;
            tellRejected();
        }
    }

    private void tryOpen(S target) {
        state = State.OPENING;
        try {
            open(target);
            applied = target;
            state = State.OPEN;
            foundation.targets().put(pid, target(target));
            LOG.info("The {} {} of {} is open", kind, name(), pid);
            noObstacle();
        } catch (BusException e) {
            state = State.CLOSED;
            hinder(e.getMessage(), e.getCause() == null);
        } catch (RuntimeException | Error e) {
            LOG.error("The {} {} of {} could not be opened", kind, name(), pid, e);
            closeWhatThereIs();
            state = State.CLOSED;
            hinder("it failed: " + Described.of(e), false);
        }
    }

    private void closeWhatThereIs() {
        try {
            closeNow();
        } catch (RuntimeException | Error e) {
            LOG.debug("{} was only half open", this, e);
        }
    }

    private void hinder(String what, boolean mayPassSoon) {
        retryLater();
        hindrance = what;
        if (obstacle.isNews(what, mayPassSoon)) {
            LOG.warn("The {} {} of {} is not open, and is tried again and again: {}", kind, name(), pid, what);
        }
    }

    private void retryLater() {
        if (obstacle == null) {
            obstacle = new Obstacle();
        }
        retry = foundation.engine().threads().after(obstacle.nextPause(), settling::request);
    }

    /** What stood in the way may be gone; but not by its own attempt, which would be followed by the next one at once for ever. */
    private void openSoon() {
        if (hindrance != null && Thread.currentThread() != settler) {
            settling.request();
        }
    }

    /** Has it opened again, because what it needs has gone or changed. Does not block. */
    final void reopenSoon() {
        reopening.set(true);
        settling.request();
    }

    private void closeIfOpen() {
        if (isOpen()) {
            state = State.CLOSING;
            foundation.targets().remove(pid);
            try {
                closeNow();
            } catch (RuntimeException | Error e) {
                LOG.error("The {} {} of {} could not be closed in order", kind, name(), pid, e);
            } finally {
                applied = null;
                state = State.CLOSED;
            }
        }
    }

    /** Its configuration is gone, or the provider stops; {@link ConfigContext#close} waits until it is closed. Does not block. */
    final void deactivate() {
        foundation.directory().removeListener(onDirectory);
        unwanted = true;
        if (wanted == null) {
            gone();
        } else {
            settling.request();
        }
    }

    private void gone() {
        state = State.GONE;
        foundation.engine().buses().remove(this);
        tellRejected();
        foundation.remove(this);
    }

    /** Whether it only tries to open, so that nobody is hurt who does not wait for that. */
    final boolean isOpening() {
        return state == State.OPENING;
    }

    @Override
    public final boolean isClosed() {
        return state == State.GONE;
    }

    private String name() {
        S now = wanted;
        return now == null ? null : now.names().name();
    }

    @Override
    public final void report(BusDTO bus) {
        bus.kind = kind;
        bus.name = name();
        bus.state = "waiting";
        State now = state;
        if (now == State.OPEN || now == State.CLOSING) {
            reportOpen(bus);
            bus.kind = kind;
            bus.name = name();
            if (now == State.CLOSING) {
                bus.state = "closing";
                bus.waitingFor = hindrance;
            }
        } else {
            String why = hindrance;
            bus.waitingFor = why == null ? "it is being opened or closed" : why;
            S settings = wanted;
            if (settings != null) {
                settings.names().report(bus);
                reportWanted(settings, bus);
            }
        }
    }

    /** Tells what it is to be, but for its names. */
    abstract void reportWanted(S settings, BusDTO bus);

    /** Tells how it fares. */
    abstract void reportOpen(BusDTO bus);

    @Override
    public String toString() {
        return kind + " " + name() + " of " + pid;
    }
}
