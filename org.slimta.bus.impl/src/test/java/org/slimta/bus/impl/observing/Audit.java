package org.slimta.bus.impl.observing;

import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;

@Component
public class Audit implements TransactionObserver {

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    @Override
    public TransactionObservation started(TransactionStart start) {
        if (start.role() != Role.SERVER) {
            return null; // Not interested.
        }
        return new TransactionObservation() {
            @Override
            public void ended(TransactionEnd end) {
                String result = end.failure() == null
                        ? "answered"
                        : end.failure().reason() + " " + end.failure().outcome();
                LOG.info("{}: {} of {}", start.busName(), result, start.peer().name());
            }
        };
    }
}
