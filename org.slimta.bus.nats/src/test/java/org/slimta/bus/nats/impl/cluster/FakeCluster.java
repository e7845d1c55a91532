package org.slimta.bus.nats.impl.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slimta.bus.spi.Frames;

/** A cluster in the hands of a test: it keeps what is published, delivers what the test wants, and has time that the test moves. */
public final class FakeCluster implements Cluster {

    /** A message that was published. */
    public record Published(String subject, String replyTo, byte[] data) {

        /** Its attributes, if it is a control message. */
        public Map<String, String> control() {
            return Frames.readControl(data);
        }
    }

    private record Periodic(long pause, long[] next, Runnable task) {}

    private final Map<String, Consumer<Message>> subscribed = new LinkedHashMap<>();
    private final List<Consumer<String>> listeners = new ArrayList<>();
    private final List<Periodic> tasks = new ArrayList<>();
    private final List<Published> published = new ArrayList<>();
    private final FakeCluster large;
    private long now = Duration.ofDays(1).toNanos();
    private boolean up = true;
    private boolean stalled;
    private long since = now;
    private long losses;

    public FakeCluster() {
        this(true);
    }

    private FakeCluster(boolean hasSecond) {
        large = hasSecond ? new FakeCluster(false) : null;
    }

    /** The second connection. */
    public FakeCluster large() {
        return large;
    }

    /** Lets time pass, in steps of ten milliseconds. */
    public void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 10) {
            advance(Duration.ofMillis(10));
        }
    }

    /** Lets time pass at once, as for a process that stands still; then runs what is due. */
    public void advance(Duration time) {
        now += time.toNanos();
        for (Periodic each : List.copyOf(tasks)) {
            if (now - each.next()[0] >= 0) {
                each.next()[0] = now + each.pause();
                each.task().run();
            }
        }
    }

    /** Lets time pass without running anything. */
    public void standStill(Duration time) {
        now += time.toNanos();
    }

    /** Loses the connection. */
    public void lose() {
        up = false;
        losses++;
        since = now;
        listeners.forEach(each -> each.accept(null));
    }

    /** Has the connection again. */
    public void connect() {
        up = true;
        since = now;
        listeners.forEach(each -> each.accept(null));
    }

    /** Publishes nothing from now on, though there is a connection; or again. */
    public void stall(boolean nowStalled) {
        stalled = nowStalled;
    }

    public void report(String error) {
        listeners.forEach(each -> each.accept(error));
    }

    /** Takes all that was published. */
    public List<Published> take() {
        List<Published> all = List.copyOf(published);
        published.clear();
        return all;
    }

    /** Takes all that was published, and returns what is of a kind. */
    public List<Published> take(Predicate<Published> kind) {
        return take().stream().filter(kind).toList();
    }

    /** Delivers a message to whoever has subscribed its subject. */
    public void deliver(String subject, String replyTo, byte[] data) {
        deliver(new Message(subject, replyTo, data, 0));
    }

    /** Tells that nobody has subscribed the subject of a message. */
    public void deliverUndelivered(String replyTo) {
        deliver(new Message(replyTo, null, new byte[0], Message.NO_RESPONDERS));
    }

    private void deliver(Message message) {
        subscribed.forEach((subject, receiver) -> {
            if (matches(subject, message.subject())) {
                receiver.accept(message);
            }
        });
    }

    private static boolean matches(String pattern, String subject) {
        String[] wanted = pattern.split("\\.");
        String[] tokens = subject.split("\\.");
        if (wanted.length != tokens.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].equals("*") && !wanted[i].equals(tokens[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean publish(String subject, String replyTo, byte[] data) {
        if (!up || stalled) {
            return false;
        }
        published.add(new Published(subject, replyTo, data));
        return true;
    }

    @Override
    public Ending subscribe(List<String> subjects, Consumer<Message> receiver) {
        subjects.forEach(subject -> subscribed.put(subject, receiver));
        return () -> subjects.forEach(subscribed::remove);
    }

    /** The subjects that are subscribed. */
    public List<String> subjects() {
        return List.copyOf(subscribed.keySet());
    }

    @Override
    public Link link() {
        return new Link(up, "nats://n1", since, losses, up ? null : "all nodes are down");
    }

    @Override
    public int maxPayload() {
        return 1 << 20;
    }

    @Override
    public Ending addListener(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public Ending every(Duration pause, Runnable task) {
        Periodic periodic = new Periodic(pause.toNanos(), new long[] {now + pause.toNanos()}, task);
        tasks.add(periodic);
        return () -> tasks.remove(periodic);
    }

    /** Moves the time. */
    @Override
    public void pause(Duration time) {
        pass(time);
    }

    @Override
    public Cluster forLargeFrames() {
        return large;
    }

    /** Runs tasks at once. */
    @Override
    public Executor blocking() {
        return Runnable::run;
    }
}
