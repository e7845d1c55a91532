package org.slimta.bus.impl.observing;

import org.slimta.bus.api.TransactionObservation;

/**
 * Which classes of observations do something when the requests leave. The others need no event, which would cost as much
 * as the end of the transaction. Thread-safe.
 */
final class SentListeners {

    private static final ClassValue<Boolean> LISTENS = new ClassValue<>() {

        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("sent").getDeclaringClass() != TransactionObservation.class;
            } catch (NoSuchMethodException | LinkageError | RuntimeException e) {
                return true; // What a class does that cannot be looked at is not known.
            }
        }
    };

    private SentListeners() {}

    static boolean contain(Class<? extends TransactionObservation> type) {
        return LISTENS.get(type);
    }
}
