package org.slimta.bus.nats.impl.jnats;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.nats.impl.cluster.Message;

/**
 * One connection to one node. It does not connect again: whoever owns it opens another one. So nothing that was published before the
 * loss is sent after it. Thread-safe.
 */
final class NodeConnection {

    private static final Logger LOG = LoggerFactory.getLogger(NodeConnection.class);

    /** More messages are not kept for a subscription whose receiver lags behind; they count as lost. */
    private static final int MAX_PENDING_MESSAGES = 64 << 10;

    private static final long MAX_PENDING_BYTES = 64 << 20;

    /** More messages are not taken for a writer that lags behind. */
    private static final int MAX_OUTGOING_MESSAGES = 16 << 10;

    /** A message is published again, so often at most, if the thread was interrupted meanwhile. */
    private static final int MAX_TRIES = 10;

    private static final long FAULT_TIMEOUT_MILLIS = 500;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    /** Is told what happens to the connection. The methods are called on threads of the library, and must not block. */
    interface Owner {

        /** The connection was lost, and is of no use any more. Called once, unless it was closed. */
        void lost(NodeConnection connection);

        /** The node is about to be shut down. */
        void leaving(NodeConnection connection);

        /** The node has reported an error, such as a missing permission. */
        void error(String text);
    }

    private final CallbackExecutor callbacks;
    private final Owner owner;
    private final WriteProgress written = new WriteProgress();
    private final Map<NodeSubscription, Dispatcher> dispatchers = new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean(); // Whether it was lost or closed.
    private final CompletableFuture<Exception> firstFault = new CompletableFuture<>();
    private Thread connecting; // Guarded by this. Waits for the node; null before and after that.
    private volatile Connection connection; // Null while it connects.

    private NodeConnection(CallbackExecutor callbacks, Owner owner) {
        this.callbacks = callbacks;
        this.owner = owner;
    }

    /**
     * Connects to one node. Blocks.
     *
     * @param options builds the options of the library; all but the listeners are set
     * @param callbacks runs the call-backs, as the options have it
     * @param owner is told what happens
     * @return the connection
     * @throws IOException if it cannot be reached; an {@link AuthenticationException} if it refuses the credentials
     */
    static NodeConnection open(Options.Builder options, CallbackExecutor callbacks, Owner owner)
            throws IOException, InterruptedException {
        NodeConnection opened = new NodeConnection(callbacks, owner);
        Options complete = options.noReconnect()
                .reconnectBufferSize(0)
                .maxMessagesInOutgoingQueue(MAX_OUTGOING_MESSAGES)
                .discardMessagesWhenOutgoingQueueFull()
                .dataPortType(NodePort.class.getName())
                .statisticsCollector(opened.written)
                .connectionListener(opened.new Listener())
                .errorListener(opened.new Listener())
                .build();
        opened.connect(complete);
        if (opened.over.get()) {
            throw new IOException("the connection to " + opened.node() + " was lost at once");
        }
        return opened;
    }

    private void connect(Options options) throws IOException, InterruptedException {
        synchronized (this) {
            connecting = Thread.currentThread();
        }
        try {
            connection = Nats.connect(options);
        } catch (AuthenticationException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(describe(fault(e)), e);
        } finally {
            synchronized (this) {
                connecting = null;
                Thread.interrupted(); // By stopConnecting(), if at all.
            }
        }
    }

    /** Returns why it could not connect, which the library tells on another thread. */
    private Exception fault(IOException otherwise) throws InterruptedException {
        try {
            return firstFault.get(FAULT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return otherwise;
        }
    }

    private static String describe(Throwable problem) {
        Throwable first = problem;
        while (first instanceof ExecutionException && first.getCause() != null) {
            first = first.getCause();
        }
        return first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
    }

    /** The node has refused. Without this, the library would wait for it as long as for a node that does not answer. */
    private synchronized void stopConnecting() {
        if (connecting != null) {
            connecting.interrupt();
        }
    }

    /** {@return the node; not null} */
    String node() {
        return Objects.requireNonNullElse(connection.getConnectedUrl(), "unknown");
    }

    /** {@return the nodes that are known, among them those that the node has told of} */
    List<String> servers() {
        return List.copyOf(connection.getServers());
    }

    int maxPayload() {
        return (int) Math.min(Integer.MAX_VALUE, connection.getMaxPayload());
    }

    boolean isUp() {
        Connection opened = connection;
        return opened != null && !over.get() && opened.getStatus() == Connection.Status.CONNECTED;
    }

    boolean publish(String subject, String replyTo, byte[] data) {
        if (over.get() || !written.mayPublish(data.length)) {
            return false;
        }
        boolean interrupted = false;
        try {
            for (int i = 0; i < MAX_TRIES; i++) {
                interrupted |=
                        Thread.interrupted(); // The library discards a message if it finds the thread interrupted.
                if (callbacks.keeps(() -> connection.publish(subject, replyTo, data))) {
                    return true;
                }
                if (!Thread.currentThread().isInterrupted()) {
                    return false; // Its queue is full.
                }
            }
            return false;
        } catch (IllegalStateException e) {
            LOG.debug("A message was not published", e);
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void subscribe(NodeSubscription subscription) {
        Dispatcher dispatcher = connection.createDispatcher(message -> subscription
                .receiver()
                .accept(new Message(
                        message.getSubject(),
                        message.getReplyTo(),
                        message.getData(),
                        message.isStatusMessage() ? message.getStatus().getCode() : 0)));
        dispatcher.setPendingLimits(MAX_PENDING_MESSAGES, MAX_PENDING_BYTES);
        if (dispatchers.putIfAbsent(subscription, dispatcher) != null) {
            connection.closeDispatcher(dispatcher);
            return;
        }
        subscription.subjects().forEach(dispatcher::subscribe);
    }

    void unsubscribe(NodeSubscription subscription) {
        Dispatcher dispatcher = dispatchers.remove(subscription);
        if (dispatcher != null && !over.get()) {
            try {
                connection.closeDispatcher(dispatcher);
            } catch (IllegalArgumentException | IllegalStateException e) {
                // The connection is being lost, and the dispatcher with it.
            }
        }
    }

    /** Waits until the node has all that was sent. */
    void flush(Duration timeout) throws IOException, InterruptedException {
        try {
            connection.flush(timeout);
        } catch (TimeoutException e) {
            throw new IOException("no answer from " + node() + " within " + timeout.toMillis() + " ms", e);
        }
    }

    /** Receives what is on its way, and closes. Blocks. */
    void drain() {
        if (over.compareAndSet(false, true)) {
            try {
                connection.drain(DRAIN_TIMEOUT).get();
            } catch (Exception e) {
                LOG.debug("A connection was not drained", e);
                closeNow();
            }
        }
    }

    /** Closes it. Blocks. */
    void close() {
        over.set(true);
        closeNow();
    }

    private void closeNow() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lost() {
        if (connection != null && over.compareAndSet(false, true)) {
            owner.lost(this);
        }
    }

    private final class Listener implements ConnectionListener, ErrorListener, NodePort.Reader {

        @Override
        public void readFailed(IOException why) {
            if (connection == null) {
                firstFault.complete(why);
                stopConnecting();
            }
        }

        @Override
        @Deprecated
        public void connectionEvent(Connection of, Events event) {
            switch (event) {
                case DISCONNECTED, CLOSED -> lost();
                case LAME_DUCK -> owner.leaving(NodeConnection.this);
                default -> {
                    // Nothing changes.
                }
            }
        }

        @Override
        public void errorOccurred(Connection of, String error) {
            if (connection == null) {
                stopConnecting();
            } else {
                owner.error(error);
            }
        }

        @Override
        public void exceptionOccurred(Connection of, Exception exception) {
            if (!(exception instanceof InterruptedException)) {
                firstFault.complete(exception);
            }
            LOG.debug("A connection has failed", exception);
        }

        @Override
        public void slowConsumerDetected(Connection of, Consumer consumer) {
            owner.error("this end is too slow: " + consumer.getDroppedCount()
                    + " messages of the cluster were dropped, and are asked for again");
        }
    }
}
