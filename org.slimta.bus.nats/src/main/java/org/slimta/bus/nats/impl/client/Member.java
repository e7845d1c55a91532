package org.slimta.bus.nats.impl.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.runtime.TargetDTO;

/** A server of the bus that the client has heard of. Thread-safe. */
final class Member {

    private final String sid;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger room = new AtomicInteger();
    private volatile long heard;
    private volatile String node;
    private volatile boolean leaving;
    private volatile boolean answered;

    Member(String sid, long now) {
        this.sid = sid;
        this.heard = now;
    }

    String sid() {
        return sid;
    }

    /** Something has come from the server. */
    void heard(long now) {
        heard = now;
    }

    /** The server has sent something because of a request, which shows that requests reach it. */
    void answered(long now) {
        heard = now;
        answered = true;
    }

    boolean hasAnswered() {
        return answered;
    }

    /** When something has come from the server last. */
    long heardAt() {
        return heard;
    }

    /** The server has told how many requests it can take; less than 0 if it has not. */
    void setRoom(long newRoom) {
        if (newRoom >= 0) {
            room.set((int) Math.min(newRoom, Integer.MAX_VALUE));
        }
    }

    int room() {
        return Math.max(0, room.get());
    }

    String node() {
        return node;
    }

    void setNode(String newNode) {
        node = newNode;
    }

    /** The server takes no more requests. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** A request goes to the server. */
    void begin() {
        inFlight.incrementAndGet();
        room.decrementAndGet(); // Until the server tells it again: others may send to it too.
    }

    /** A request that went to the server has ended, or goes elsewhere. */
    void end() {
        inFlight.decrementAndGet();
    }

    /** Reports it; a server that was not heard of since a time is silent. */
    TargetDTO report(long now, long presentSince) {
        TargetDTO dto = new TargetDTO();
        dto.address = "nats:" + sid;
        dto.state = leaving ? "leaving" : heard - presentSince < 0 ? "silent" : "ready";
        dto.inFlight = inFlight();
        dto.room = room();
        dto.heard = TimeUnit.NANOSECONDS.toMillis(now - heard);
        dto.node = node;
        return dto;
    }

    /** For messages. */
    @Override
    public String toString() {
        String at = node;
        return "nats server " + sid + (at == null ? "" : " at node " + at);
    }
}
