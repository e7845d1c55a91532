package org.slimta.bus.nats.impl.client;

import java.time.Duration;
import java.util.Map;
import org.slimta.bus.nats.impl.cluster.Link;
import org.slimta.bus.nats.impl.cluster.Message;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.spi.Frames;

/** What a client knows of its servers, and whether it can send. Thread-safe. */
final class Presence {

    /** The first question may overtake the subscription of a server that has just come. So it is asked again soon, then more slowly. */
    private static final long MIN_WHO_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private static final long MAX_WHO_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    /** A server that was not heard of for this long is forgotten. */
    private static final long FORGET_NANOS = Duration.ofSeconds(30).toNanos();

    private final ClientContext context;
    private volatile Runnable listener = () -> {};
    private volatile String waitingFor;
    private volatile String error; // The last one of the cluster that concerns this client.
    private long whoPause; // Guarded by this. Until the next question; 0 before the first one.
    private long askedAt; // Guarded by this.

    Presence(ClientContext context) {
        this.context = context;
    }

    void setListener(Runnable newListener) {
        listener = newListener;
    }

    /** Asks who is there, unless it has just been asked. */
    synchronized void askWho() {
        long now = context.cluster().now();
        if ((whoPause == 0 || now - askedAt >= whoPause)
                && context.cluster()
                        .publish(
                                context.subjects().who(),
                                context.own() + Words.WHO,
                                Frames.control(Words.WHO, context.cid()))) {
            whoPause = Math.min(MAX_WHO_PAUSE_NANOS, Math.max(MIN_WHO_PAUSE_NANOS, 2 * whoPause));
            askedAt = now;
        }
    }

    /** The connection is there again: whoever answers first is asked. */
    void onLink() {
        synchronized (this) {
            whoPause = 0;
        }
        askWho();
    }

    /**
     * The cluster has reported an error.
     *
     * @return the server that this client is not permitted to send to; null if the error is not that
     */
    Member onError(String text) {
        if (!text.contains(context.subjects().base())) {
            return null;
        }
        error = "the nodes say: " + text + "; see the permissions of the user";
        return context.members().all().stream()
                .filter(member -> text.contains(context.subjects().server(member.sid())))
                .findFirst()
                .orElse(null);
    }

    /** A server has told all clients something. Returns the server if it leaves; null otherwise. */
    String onNews(Message message) {
        Map<String, String> control = Frames.readControl(message.data());
        String leaving = control.get(Words.BYE);
        String sid = control.getOrDefault(Words.HELLO, leaving);
        if (sid != null) {
            heard(sid, control);
        }
        return leaving;
    }

    /** A server has told that it is there, or leaves. */
    void heard(String sid, Map<String, String> control) {
        if (control.containsKey(Words.BYE)) {
            Member leaving = context.members().find(sid);
            if (leaving != null) {
                leaving.leave();
            }
        } else {
            Member member = context.members().heard(sid, context.cluster().now());
            if (member != null) {
                member.setNode(control.get(Words.NODE));
                member.setRoom(Words.number(control, Words.ROOM));
            }
        }
        update();
    }

    /** Forgets servers that were not heard of for long, or that have left. */
    void forgetAbsent() {
        long now = context.cluster().now();
        for (Member member : context.members().all()) {
            if (now - member.heardAt() > FORGET_NANOS || (member.isLeaving() && member.inFlight() == 0)) {
                context.members().remove(member);
            }
        }
    }

    /** What keeps requests from being sent; null if only room may be missing. */
    String missing() {
        Link link = context.cluster().link();
        if (!link.isUp()) {
            return "the NATS connection " + context.cluster().name() + " is down: "
                    + (link.fault() == null ? "it is being opened" : link.fault());
        }
        if (context.members().isAnyThere(context.presentSince())) {
            error = null;
            return null;
        }
        String known = error;
        return "no server of " + context.settings().subject() + " is there"
                + (known == null ? "; start one, or check its subject and its NATS connection" : ": " + known);
    }

    /** Looks again whether requests can be sent. */
    void update() {
        String now = missing();
        boolean changed = (now == null) != (waitingFor == null);
        waitingFor = now;
        if (changed) {
            listener.run();
        }
    }

    String waitingFor() {
        return waitingFor;
    }
}
