package org.slimta.bus.telemetry.component;

import io.opentelemetry.api.OpenTelemetry;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.telemetry.TelemetryObserver;

/** The observer of all buses of a container. It uses the service {@link OpenTelemetry}, which may come and go. */
@Component
public final class TelemetryComponent implements TransactionObserver {

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile OpenTelemetry service;

    private final TelemetryObserver observer = new TelemetryObserver(() -> service);

    /** Creates the component. */
    @Activate
    public TelemetryComponent() {}

    @Override
    public TransactionObservation started(TransactionStart start) {
        return observer.started(start);
    }
}
