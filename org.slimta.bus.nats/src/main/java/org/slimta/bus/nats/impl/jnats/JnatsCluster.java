package org.slimta.bus.nats.impl.jnats;

import io.nats.client.AuthenticationException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.spi.CarrierLog;
import org.slimta.bus.spi.CarrierThreads;

/**
 * A cluster over the client library of NATS. It has one connection to one node, and looks for another one as soon as that is lost;
 * when its node announces that it will be shut down, it connects to another one first. Thread-safe.
 */
public final class JnatsCluster implements Cluster, AutoCloseable {

    private static final CarrierLog LOG = new CarrierLog(LoggerFactory.getLogger("org.slimta.bus.nats"));

    /** Before the first connection; the nodes allow 1 MiB if nobody has changed it. */
    private static final int DEFAULT_MAX_PAYLOAD = 1 << 20;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final NatsOptions options;
    private final NodeOptions nodeOptions;
    private final ExecutorService threads;
    private final ScheduledThreadPoolExecutor timer;
    private final List<NodeSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Set<String> discovered = Collections.synchronizedSet(new LinkedHashSet<>());
    private volatile NodeConnection live; // Written under the lock of this. Null while there is none.
    private volatile Link link = new Link(false, null, System.nanoTime(), 0, null); // Written under the lock of this.
    private volatile int maxPayload = DEFAULT_MAX_PAYLOAD;
    private JnatsCluster second; // Guarded by this. For large frames; null while there was none.
    private boolean
            leaving; // Guarded by this. Whether the live node is about to be shut down, and another one is looked for.
    private boolean connecting; // Guarded by this. Whether a thread connects, or is about to.
    private volatile boolean closed; // Written under the lock of this.

    /**
     * Begins to connect; does not wait for that.
     *
     * @param options the options
     */
    public JnatsCluster(NatsOptions options) {
        this(options, Executors.newCachedThreadPool(new CarrierThreads("slimta-nats-" + options.name() + "-")));
    }

    /** The threads are shut down when it is closed. */
    JnatsCluster(NatsOptions options, ExecutorService threads) {
        this.options = options;
        this.threads = threads;
        this.timer =
                new ScheduledThreadPoolExecutor(1, new CarrierThreads("slimta-nats-timer-" + options.name() + "-"));
        timer.setRemoveOnCancelPolicy(true);
        this.nodeOptions = new NodeOptions(options, threads, timer);
        connectSoon(Duration.ZERO);
    }

    private void connectSoon(Duration pause) {
        synchronized (this) {
            if (connecting || closed) {
                return;
            }
            connecting = true;
        }
        try {
            timer.schedule(this::beginToConnect, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // It is being closed.
        }
    }

    private void beginToConnect() {
        try {
            threads.execute(this::connect);
        } catch (RuntimeException | Error e) { // There is no thread, say; or it is being closed.
            hasTried(List.of(e.toString()));
        }
    }

    /** Connects to a node, in place of the one that is lost or leaves. Blocks. */
    private void connect() {
        List<String> problems = new ArrayList<>();
        NodeConnection opened = null;
        try {
            for (String server : servers()) {
                if (opened == null && !closed) {
                    opened = open(server, problems);
                }
            }
            if (opened != null && !adopt(opened)) {
                opened.close();
            }
        } catch (RuntimeException | Error e) { // There is no memory, say.
            problems.add(e.toString());
            if (opened != null) { // It may lack a subscription.
                opened.close();
                new Events().lost(opened);
            }
        }
        hasTried(problems);
    }

    /** An attempt to connect is over. If there is no node, another one begins later. */
    private void hasTried(List<String> problems) {
        boolean again;
        synchronized (this) {
            connecting = false; // From now on a loss begins to connect again; what was lost before is seen here.
            again = !closed && (live == null || leaving);
        }
        if (again) {
            failed("no node can be reached: " + String.join("; ", problems));
            long pause = options.reconnectPause().toNanos();
            connectSoon(Duration.ofNanos(pause + ThreadLocalRandom.current().nextLong(pause)));
        }
    }

    /** Returns null, and adds the problem, if the node cannot be reached. */
    private NodeConnection open(String server, List<String> problems) {
        NodeConnection opened = null;
        try {
            opened = NodeConnection.open(nodeOptions.newBuilder(server), nodeOptions.callbacks(), new Events());
            subscriptions.forEach(opened::subscribe);
            opened.flush(options.connectTimeout());
            return opened;
        } catch (AuthenticationException e) {
            problems.add(server + " refuses the credentials (" + e.getMessage()
                    + "); check user and password, token, nkey or credentials, and the users of the node");
        } catch (IOException | RuntimeException | Error e) { // An Error if there is no thread for the library, say.
            problems.add(server + ": " + e.getMessage());
        } catch (InterruptedException e) {
            problems.add(server + ": interrupted");
        }
        if (opened != null) {
            opened.close();
        }
        return null;
    }

    /** Returns the nodes to try, in this order: the one that was lost last or leaves is the last one. */
    private List<String> servers() {
        Set<String> all = new LinkedHashSet<>(options.servers());
        synchronized (discovered) {
            all.addAll(discovered);
        }
        List<String> servers = new ArrayList<>(all);
        Collections.shuffle(servers);
        String last = link.node();
        if (last != null && servers.remove(last)) {
            servers.add(last);
        }
        return servers;
    }

    private boolean adopt(NodeConnection opened) {
        NodeConnection before;
        synchronized (this) {
            if (closed || !opened.isUp()) {
                return false;
            }
            before = live;
            live = opened;
            leaving = false;
            maxPayload = opened.maxPayload();
            link = new Link(true, opened.node(), System.nanoTime(), link.losses(), null);
        }
        for (NodeSubscription each : subscriptions) {
            opened.subscribe(each); // One that came meanwhile; the others are there.
        }
        if (options.discoverServers()) {
            discovered.clear();
            discovered.addAll(opened.servers());
        }
        LOG.info("The connection " + name() + " is to the node " + opened.node());
        notifyListeners(null);
        if (before != null) {
            before.drain();
        }
        if (!opened.isUp()) {
            new Events().lost(opened); // It may have been lost before it was adopted.
        }
        return true;
    }

    private void failed(String problem) {
        boolean isNews;
        synchronized (this) {
            isNews = !problem.equals(link.fault());
            link = new Link(link.isUp(), link.node(), link.since(), link.losses(), problem);
        }
        if (isNews && !link.isUp()) {
            LOG.warn("The connection " + name() + ": " + problem);
            notifyListeners(null);
        }
    }

    private void notifyListeners(String error) {
        for (Consumer<String> listener : listeners) {
            try {
                listener.accept(error);
            } catch (RuntimeException | Error e) {
                LOG.failed("A listener of the connection " + name(), e);
            }
        }
    }

    private final class Events implements NodeConnection.Owner {

        @Override
        public void lost(NodeConnection connection) {
            synchronized (JnatsCluster.this) {
                if (live != connection) {
                    return;
                }
                live = null;
                link = new Link(false, link.node(), System.nanoTime(), link.losses() + 1, null);
            }
            LOG.warn("The connection " + name() + " to the node " + link.node() + " was lost");
            connectSoon(Duration.ZERO);
            notifyListeners(null);
        }

        @Override
        public void leaving(NodeConnection connection) {
            synchronized (JnatsCluster.this) {
                if (live != connection) {
                    return;
                }
                leaving = true;
            }
            LOG.info("The node of the connection " + name() + " will be shut down; another one is looked for");
            connectSoon(Duration.ZERO);
        }

        @Override
        public void error(String text) {
            LOG.warn("The connection " + name() + ": " + text);
            notifyListeners(text);
        }
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public boolean publish(String subject, String replyTo, byte[] data) {
        NodeConnection to = live;
        return to != null && to.publish(subject, replyTo, data);
    }

    @Override
    public Ending subscribe(List<String> subjects, Consumer<Message> receiver) {
        NodeSubscription subscription = new NodeSubscription(subjects, message -> {
            try {
                receiver.accept(message);
            } catch (RuntimeException | Error e) {
                LOG.failed("A message to " + message.subject(), e);
            }
        });
        subscriptions.add(subscription);
        NodeConnection now = live;
        if (now != null) {
            try {
                now.subscribe(subscription);
            } catch (IllegalStateException e) {
                // It is being lost; the next one subscribes it.
            }
        }
        return () -> {
            subscriptions.remove(subscription);
            NodeConnection then = live;
            if (then != null) {
                then.unsubscribe(subscription);
            }
        };
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public int maxPayload() {
        return maxPayload;
    }

    @Override
    public Ending addListener(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public Ending every(Duration pause, Runnable task) {
        Runnable safe = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.failed("A periodic task of the connection " + name(), e);
            }
        };
        ScheduledFuture<?> scheduled =
                timer.scheduleWithFixedDelay(safe, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !Thread.currentThread().isInterrupted(); ) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
    }

    @Override
    public synchronized Cluster forLargeFrames() {
        if (second == null) {
            second = new JnatsCluster(
                    options.toBuilder().name(options.name() + "-large").build());
            if (closed) {
                second.close();
            }
        }
        return second;
    }

    @Override
    public Executor blocking() {
        return threads;
    }

    /** Closes the connection. Blocks until its threads have ended, for some seconds at most. */
    @Override
    public void close() {
        NodeConnection last;
        JnatsCluster large;
        synchronized (this) {
            closed = true;
            last = live;
            live = null;
            large = second;
        }
        if (large != null) {
            large.close();
        }
        if (last != null) {
            last.drain(); // The last responses, and what was given back, may wait to be written.
        }
        timer.shutdownNow();
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            timer.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
