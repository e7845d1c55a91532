package org.slimta.bus.nats.impl.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slimta.bus.nats.impl.protocol.Words;

/**
 * Requests that arrive when the server, or its node, has stood still. Their clients may have given them up long ago, so they are asked
 * before a handler sees them: nothing is processed in vain. Thread-safe.
 */
final class LateRequests {

    /** The tick of a server is never so late, unless its process stood still. */
    private static final long STILL_NANOS = Duration.ofMillis(1500).toNanos();

    /** For so long after that, requests may be late. */
    private static final long SUSPECT_NANOS = Duration.ofSeconds(2).toNanos();

    /** How often a client is asked again. */
    private static final long ASK_NANOS = Duration.ofMillis(250).toNanos();

    /** More requests of one client are given back. */
    private static final int MAX_HELD_BACK = 1000;

    private final ServerContext context;
    private final LongSupplier clock;
    private volatile long tickAt;
    private volatile long suspectUntil;
    private long askedAt; // For the tick alone.

    LateRequests(ServerContext context) {
        this.context = context;
        this.clock = context.cluster()::now;
        this.tickAt = clock.getAsLong();
        this.suspectUntil = tickAt;
        this.askedAt = tickAt;
    }

    /** The connection was lost and is there again: its node may have stood still. */
    void onReconnected() {
        suspectUntil = clock.getAsLong() + SUSPECT_NANOS;
    }

    /** To be called periodically. Asks again about what is held back. */
    void check() {
        long now = clock.getAsLong();
        notice(now);
        tickAt = now;
        if (now - askedAt >= ASK_NANOS) {
            askedAt = now;
            context.clients().values().forEach(this::ask);
        }
    }

    /** Called by the tick, and by what arrives before the first tick after a standstill. */
    private void notice(long now) {
        if (now - tickAt > STILL_NANOS) {
            suspectUntil = now + SUSPECT_NANOS;
        }
    }

    private void ask(ClientPeer client) {
        if (!client.heldBack().isEmpty()) {
            context.tell(
                    client,
                    Words.about(Words.WANTED, new ArrayList<>(client.heldBack().keySet())));
        }
    }

    /** A request has arrived. Returns whether it is held back, or given back, because it may be late. */
    boolean holdsBack(ClientPeer client, long number, byte[] frame) {
        long now = clock.getAsLong();
        notice(now);
        if (now - suspectUntil >= 0) {
            return false;
        }
        if (client.heldBack().size() >= MAX_HELD_BACK) {
            client.remembered().cancel(number); // A second copy of it must not be processed.
            context.giveBack(client.subjects(), number);
        } else if (client.heldBack().putIfAbsent(number, frame) == null) {
            context.tell(client, Words.about(Words.WANTED, List.of(number)));
        }
        return true;
    }

    /** The client still wants a request. Returns its frame; null if it is not held back. */
    byte[] release(ClientPeer client, long number) {
        return client.heldBack().remove(number);
    }

    /** The client does not want a request, or sends it again: it is not processed, even if it arrives once more. */
    void drop(ClientPeer client, long number) {
        client.heldBack().remove(number);
    }
}
