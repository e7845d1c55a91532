package org.slimta.bus.fuzz.targets;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;

/** A cluster in memory, which delivers all messages on one thread. What a receiver throws is kept for the test. Thread-safe. */
final class MemoryCluster implements Cluster {

    private static final int MAX_PAYLOAD = 1 << 20;

    private record Subscription(List<String> subjects, Consumer<Message> receiver) {

        boolean matches(String subject) {
            return subjects.stream().anyMatch(pattern -> matches(pattern.split("\\.", -1), subject.split("\\.", -1)));
        }

        private static boolean matches(String[] pattern, String[] tokens) {
            if (pattern.length != tokens.length) {
                return false;
            }
            for (int i = 0; i < pattern.length; i++) {
                if (!pattern[i].equals("*") && !pattern[i].equals(tokens[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Runnable> ticks = new CopyOnWriteArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(MemoryCluster::daemon);
    private final ExecutorService blocking = Executors.newCachedThreadPool(MemoryCluster::daemon);

    private static Thread daemon(Runnable task) {
        Thread daemon = new Thread(task, "cluster");
        daemon.setDaemon(true);
        return daemon;
    }

    private void run(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void deliver(Message message) {
        int count = 0;
        for (Subscription each : subscriptions) {
            if (each.matches(message.subject())) {
                count++;
                each.receiver().accept(message);
            }
        }
        if (count == 0 && message.replyTo() != null && message.status() == 0) {
            deliver(new Message(message.replyTo(), null, new byte[0], Message.NO_RESPONDERS));
        }
    }

    /** Delivers any message, which may be none that a node would deliver. */
    void inject(Message message) {
        run(() -> deliver(message));
    }

    /** Calls what is to be called from time to time. */
    void tick() {
        ticks.forEach(this::run);
    }

    /** Waits until all that was published is delivered. */
    void await() throws InterruptedException {
        try {
            thread.submit(() -> {}).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what a receiver has thrown since the last call, or null. */
    Throwable takeFailure() {
        return failure.getAndSet(null);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean publish(String subject, String replyTo, byte[] data) {
        inject(new Message(subject, replyTo, data, 0));
        return true;
    }

    @Override
    public Ending subscribe(List<String> subjects, Consumer<Message> receiver) {
        Subscription subscription = new Subscription(List.copyOf(subjects), receiver);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    @Override
    public Link link() {
        return new Link(true, "nats://memory", 0, 0, null);
    }

    @Override
    public int maxPayload() {
        return MAX_PAYLOAD;
    }

    @Override
    public Ending addListener(Consumer<String> listener) {
        return () -> {};
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public Ending every(Duration pause, Runnable task) {
        ticks.add(task);
        return () -> ticks.remove(task);
    }

    /** Lets no time pass: nothing is late here. */
    @Override
    public void pause(Duration time) {}

    @Override
    public Cluster forLargeFrames() {
        return this;
    }

    @Override
    public Executor blocking() {
        return blocking;
    }
}
