package org.slimta.bus.impl.observing;

import java.util.Objects;
import java.util.function.Consumer;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionObservation;

/** One observer of one transaction, until a method of it throws. Thread-safe. */
final class ObservedBy {

    private final Registered observer;
    private final TransactionObservation observation;
    private volatile boolean failed;

    private ObservedBy(Registered observer, TransactionObservation observation) {
        this.observer = observer;
        this.observation = observation;
    }

    /** Tells an observer of a transaction. Returns null if it is not interested, or has thrown. */
    static ObservedBy begin(Registered observer, Start start) {
        try {
            TransactionObservation observation = observer.observer().started(start);
            return observation == null ? null : new ObservedBy(observer, observation);
        } catch (Throwable e) {
            observer.failed("started", e);
            return null;
        }
    }

    /** Returns the observation if it is that of this observer, else null. */
    TransactionObservation of(Registered one) {
        return one == observer ? observation : null;
    }

    /** Returns the headers with those that the observer adds. */
    Headers headers(Headers headers) {
        try {
            return Objects.requireNonNull(observation.headers(headers), "the headers are null");
        } catch (Throwable e) {
            failed("headers", e);
            return headers;
        }
    }

    /** Returns null if there is nothing to close. */
    TransactionObservation.Scope enter() {
        if (failed) {
            return null;
        }
        try {
            return observation.enter();
        } catch (Throwable e) {
            failed("enter", e);
            return null;
        }
    }

    void close(TransactionObservation.Scope scope) {
        try {
            scope.close();
        } catch (Throwable e) {
            failed("close", e);
        }
    }

    /** Delivers an event later. */
    void later(String method, Consumer<TransactionObservation> event) {
        observer.later(() -> {
            if (failed) {
                return;
            }
            try {
                event.accept(observation);
            } catch (Throwable e) {
                failed(method, e);
            }
        });
    }

    private void failed(String method, Throwable thrown) {
        failed = true;
        observer.failed(method, thrown);
    }
}
