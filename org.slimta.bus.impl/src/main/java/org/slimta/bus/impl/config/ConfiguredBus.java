package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * A bus that exists while its configuration does. An invalid configuration opens no bus, and leaves an open one
 * unchanged. A bus that cannot be opened now is tried again.
 *
 * <p>Configuration Admin has one thread for the configurations of all bundles, so that thread only reads settings.
 * Opening, changing and closing read files and wait for transactions, so {@link #reconcile} does this on other
 * threads, one at a time for each bus: it brings the bus to the settings that are desired at that moment. Of several
 * changes in a row the last one therefore applies, and those before it may be skipped.
 *
 * @param <S> its settings
 */
abstract class ConfiguredBus<S extends ConfiguredBus.BusSettings> implements NamedBus {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredBus.class);

    /** The settings that every kind of bus has. */
    interface BusSettings {

        BusIdentity identity();
    }

    private enum State {
        /** Nothing is open: before the first attempt, after a failed one, or after closing. */
        CLOSED,
        /** An attempt to open it is in progress. */
        OPENING,
        /** It is open with the settings that were applied last. */
        OPEN,
        /** It is being closed, and accepted transactions may continue. */
        CLOSING,
        /** It is closed for good, because its configuration was deleted or the provider stops. */
        DEACTIVATED
    }

    private final ConfigContext context;
    private final Runnable directoryListener = this::retryNow;
    private final CoalescingTask reconciling;
    private final String kind;
    private final String pid;
    private final AtomicBoolean reopening = new AtomicBoolean();
    private volatile S desired;
    private volatile boolean deactivating;
    private volatile State state = State.CLOSED;
    private final ConfigurationStatus status;
    private volatile String waitingFor;
    private volatile long opened; // Milliseconds since 1970; meaningless while it is not open.
    private volatile Thread reconcilingThread;
    private S applied; // This and those below are for reconcile() alone.
    private final OpenRetry retry;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    ConfiguredBus(ConfigContext context, String kind, Map<String, Object> properties) {
        this.context = context;
        this.kind = kind;
        this.pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        this.status = new ConfigurationStatus(pid, kind);
        this.reconciling = new CoalescingTask(context::execute, this::reconcile);
        this.retry = new OpenRetry(delay -> context.resources().threads().after(delay, reconciling::request));
    }

    /** Reads the settings of this kind of bus. Must not block. */
    abstract S read(Settings properties) throws InvalidConfigurationException;

    /**
     * Opens the bus. May block.
     *
     * @throws BusException why it cannot be opened, with a message for an administrator; then nothing is left open
     */
    abstract void open(S settings) throws BusException;

    /**
     * Applies other settings to the open bus. May block.
     *
     * @return false if the bus has to be closed and opened again for that; then nothing has changed
     * @throws BusException why the settings cannot be applied, with a message for an administrator; then nothing has
     *     changed
     */
    abstract boolean apply(S before, S now) throws BusException;

    /**
     * {@return whether others can read what the bus sends over a socket} Such a bus does not stay open once TLS is
     * requested, correctly or not.
     */
    boolean isInPlainText(S settings) {
        return false;
    }

    /**
     * Closes what is open, also what a failed {@link #open} has left. May block. A failure must not leave a part of
     * the bus open, see {@link ClosingSteps}.
     */
    abstract void closeNow();

    /** {@return the open bus as services see it that have a target} */
    abstract TargetedBus target(S settings);

    final ConfigContext context() {
        return context;
    }

    /** Reads the configuration. To be called at the end of the constructor and after each change. Does not block. */
    final void configure(Map<String, Object> properties) {
        if (PidSpelling.isSingleton(pid)) {
            return; // MisnamedConfigurations rejects it: a second bus of its kind would silently replace it.
        }
        status.named(properties.get(BusConstants.BUS_NAME));
        S now;
        try {
            now = read(new Settings(properties));
        } catch (InvalidConfigurationException e) {
            status.invalid(e);
            reportRejection();
            if (desired != null) {
                reconciling.request();
            }
            return;
        }
        status.valid(now.identity().others());
        boolean isFirst = desired == null;
        desired = now;
        if (isFirst) {
            context.add(this);
            context.resources().buses().add(this, pid, null);
            context.directory().addListener(directoryListener);
        }
        reportRejection();
        reconciling.request();
    }

    /**
     * {@return the present configuration if it is invalid and requests TLS, which these settings do not; otherwise
     * null}
     */
    private InvalidConfigurationException invalidTls(S settings) {
        return settings != null && isInPlainText(settings) ? status.invalidTls() : null;
    }

    private synchronized void reportRejection() {
        String consequence = "";
        if (invalidTls(desired) != null) {
            consequence = ". The bus " + name() + " stays closed until this is corrected, so that"
                    + " it is not open in plain text";
        } else if (isOpen()) {
            consequence = ". The bus " + name() + " continues with its previous settings";
        }
        status.report(context.rejections(), deactivating ? null : consequence);
    }

    /** Brings the bus to the desired settings. May block; runs on one thread at a time. */
    private void reconcile() {
        reconcilingThread = Thread.currentThread();
        try {
            reconcileNow();
        } finally {
            reconcilingThread = null;
        }
    }

    private void reconcileNow() {
        retry.cancel();
        S target = desired;
        if (deactivating) {
            try {
                closeIfOpen();
            } finally {
                deactivated();
            }
            return;
        }
        InvalidConfigurationException problem = invalidTls(target);
        if (problem != null) {
            if (!isOpen() || isInPlainText(applied)) {
                waitingFor = problem.getMessage();
                closeIfOpen();
            }
            return;
        }
        if (reopening.getAndSet(false) || (isOpen() && applied != target && !tryApply(target))) {
            closeIfOpen();
        }
        if (!isOpen()) {
            tryOpen(target);
        }
    }

    private boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * {@return false if the bus has to be closed; otherwise it stays open, with the new or with the previous
     * settings}
     */
    private boolean tryApply(S target) {
        try {
            if (!apply(applied, target)) {
                return false;
            }
            applied = target;
            context.targets().put(pid, target(target));
            clearFailure();
            return true;
        } catch (BusException e) {
            if (isInPlainText(applied) && !isInPlainText(target)) {
                waitingFor = e.getMessage();
                return false;
            }
            status.inapplicable(e.getMessage());
            reportRejection();
            retry.failed();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("Failed to reconfigure the {} {} ({}); closing and reopening it", kind, name(), pid, e);
            return false;
        }
    }

    private void clearFailure() {
        retry.succeeded();
        waitingFor = null;
        if (status.applied()) {
            reportRejection();
        }
    }

    private void tryOpen(S target) {
        state = State.OPENING;
        try {
            open(target);
            applied = target;
            state = State.OPEN;
            context.targets().put(pid, target(target));
            opened = System.currentTimeMillis();
            clearFailure();
        } catch (BusException e) {
            state = State.CLOSED;
            openingFailed(e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("Failed to open the {} {} ({})", kind, name(), pid, e);
            PeriodicCheck.safely(this::closeNow);
            state = State.CLOSED;
            openingFailed("opening failed: " + Described.of(e));
        }
    }

    private void openingFailed(String reason) {
        retry.failed();
        waitingFor = reason;
    }

    /**
     * Tries again at once if the bus waits, because what it waits for may be there now. Changes that its own attempt
     * has caused do not count: each attempt would cause the next one, for ever.
     */
    private void retryNow() {
        if (waitingFor != null && Thread.currentThread() != reconcilingThread) {
            reconciling.request();
        }
    }

    /** Closes and opens the bus again, because something that it needs has gone or changed. Does not block. */
    final void reopenSoon() {
        reopening.set(true);
        reconciling.request();
    }

    private void closeIfOpen() {
        if (isOpen()) {
            state = State.CLOSING;
            context.targets().remove(pid);
            try {
                closeNow();
            } catch (RuntimeException | Error e) {
                LOG.error("Failed to close the {} {} ({}) in an orderly way", kind, name(), pid, e);
            } finally {
                applied = null;
                state = State.CLOSED;
            }
        }
    }

    /**
     * Closes the bus, because its configuration was deleted or the provider stops. Does not block;
     * {@link ConfigContext#close} waits until the bus is closed.
     */
    final void deactivate() {
        context.directory().removeListener(directoryListener);
        deactivating = true;
        if (desired == null) {
            deactivated();
        } else {
            reconciling.request();
        }
    }

    private void deactivated() {
        state = State.DEACTIVATED;
        context.resources().buses().remove(this);
        reportRejection();
        context.remove(this);
        closed.complete(null);
    }

    /** {@return completes when it is closed for good} */
    final CompletionStage<Void> whenClosed() {
        return closed.minimalCompletionStage();
    }

    /** {@return whether an attempt to open it is in progress; then it has no transactions that would have to be waited for} */
    final boolean isOpening() {
        return state == State.OPENING;
    }

    @Override
    public final boolean isClosed() {
        return state == State.DEACTIVATED;
    }

    @Override
    public final String kind() {
        return kind;
    }

    @Override
    public final String name() {
        S now = desired;
        return now == null ? null : now.identity().name();
    }

    @Override
    public final void report(BusDTO bus) {
        bus.kind = kind;
        bus.name = name();
        bus.state = BusState.WAITING.label();
        State now = state;
        if (now == State.OPEN || now == State.CLOSING) {
            reportOpen(bus);
            bus.opened = opened;
            bus.kind = kind;
            bus.name = name();
            if (now == State.CLOSING) {
                bus.state = BusState.CLOSING.label();
                bus.waitingFor = waitingFor;
            }
        } else {
            bus.opened = 0;
            String reason = waitingFor;
            bus.waitingFor = reason == null ? "the bus is being opened or closed" : reason;
            S settings = desired;
            if (settings != null) {
                settings.identity().report(bus);
                reportDesired(settings, bus);
            }
        }
        status.report(bus);
    }

    /** Reports the settings of a bus that is not open, except for its identity. */
    abstract void reportDesired(S settings, BusDTO bus);

    /** Reports the state and the statistics of an open bus. Also called while it is opened or closed again. */
    abstract void reportOpen(BusDTO bus);

    @Override
    public String toString() {
        return kind + " " + name() + " (" + pid + ")";
    }
}
