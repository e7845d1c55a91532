package org.slimta.bus.nats.impl.jnats;

import java.util.List;
import java.util.function.Consumer;
import org.slimta.bus.nats.impl.cluster.Message;

/**
 * Subjects that are subscribed over each connection.
 *
 * @param subjects the subjects
 * @param receiver takes the messages; must not block
 */
record NodeSubscription(List<String> subjects, Consumer<Message> receiver) {

    /** Subscriptions are the same only if they are one. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
