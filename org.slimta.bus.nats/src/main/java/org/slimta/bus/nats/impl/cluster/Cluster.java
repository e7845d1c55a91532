package org.slimta.bus.nats.impl.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A connection to a cluster of NATS nodes, which moves to another node when its own dies. Messages may be lost, delivered late, or
 * twice. Thread-safe; the methods do not block.
 */
public interface Cluster {

    /** What ends something that was begun. A second call has no effect. */
    interface Ending extends AutoCloseable {

        @Override
        void close();
    }

    /** {@return the name of the connection, for messages} */
    String name();

    /**
     * Publishes a message.
     *
     * @param subject the subject
     * @param replyTo the subject for a reply, which also gets {@link Message#NO_RESPONDERS}; null if none is wanted
     * @param data at most {@link #maxPayload()} bytes; must not be changed afterwards
     * @return false if it was certainly not sent: there is no connection, or too much waits to be written
     */
    boolean publish(String subject, String replyTo, byte[] data);

    /**
     * Subscribes subjects, from now on and over each connection to come.
     *
     * @param subjects the subjects, which may have wildcards
     * @param receiver takes the messages, one after the other, on a thread of this subscription; must not block. While the
     *     connection moves to another node it may be called by two threads
     * @return ends the subscription
     */
    Ending subscribe(List<String> subjects, Consumer<Message> receiver);

    /** {@return the present state of the connection} */
    Link link();

    /** {@return the size of the largest message, in bytes} */
    int maxPayload();

    /**
     * Sets what is told each time the connection is there or is lost, or the cluster reports an error.
     *
     * @param listener gets the error, or null; must not block
     * @return ends it
     */
    Ending addListener(Consumer<String> listener);

    /** {@return the time, in nanoseconds, with any origin} */
    long now();

    /**
     * Calls a task again and again.
     *
     * @param pause the time between two calls
     * @param task must not block; what it throws is logged
     * @return ends it; a call that is in progress may go on
     */
    Ending every(Duration pause, Runnable task);

    /**
     * Lets time pass. Blocks; an interrupt ends it, and stays set.
     *
     * @param time how long
     */
    void pause(Duration time);

    /** {@return a second connection, so that large frames do not hold up small ones; always the same one, opened when first asked for} */
    Cluster forLargeFrames();

    /** {@return runs tasks that may block, at most as long as a transaction} */
    Executor blocking();
}
