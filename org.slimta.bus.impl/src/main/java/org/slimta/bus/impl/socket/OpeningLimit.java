package org.slimta.bus.impl.socket;

import java.time.Duration;

/**
 * Limits how many connections to a server may be opening. While nothing is known about the server, or it is known to
 * share connections, only a few may: the first response on one of them serves all transactions that can share it, so it
 * is waited for. If that response is late, the limit doubles, again and again. With TLS only a few handshakes run at
 * once, because each costs both ends much. For a server that serves one transaction on each connection there is no
 * limit, because waiting would gain nothing. Used under a lock of its owner.
 */
final class OpeningLimit {

    /** How long to wait for the first response, in addition to a round trip. */
    static final Duration FIRST_RESPONSE_WAIT = Duration.ofMillis(100);

    /** After each such time the limit doubles. */
    static final Duration STEP = Duration.ofMillis(25);

    /**
     * How many connections may be opening before the first response is late; and how many TLS handshakes run at once.
     */
    static final int MAX_OPENING = 4;

    /** If connecting took longer than this, a packet was probably lost, and the time does not count as a round trip. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);

    private static final int MAX_STEPS = 24;

    /** In place of a time: never. */
    static final long NEVER = Long.MAX_VALUE;

    /** How a server uses connections. */
    enum Server {
        /** It is unknown. */
        UNKNOWN,
        /** The server keeps connections, so that many transactions can share one. */
        SHARES,
        /** The server serves one transaction on each connection. */
        SINGLE
    }

    /** The progress of a connection whose opening was allowed. */
    enum Stage {
        /** It is being opened. */
        OPENING,
        /** It is open, and the first response on it has not arrived. */
        UNANSWERED,
        /** Its first response has arrived, or will never arrive. */
        OVER
    }

    private final int[] shared = new int[Stage.values().length];
    private final int[] alone = new int[Stage.values().length];
    private int poolSize;
    private boolean tls;
    private Server server = Server.UNKNOWN;
    private long responseDue = NEVER;

    /** Uses these options from now on. */
    void configure(int newPoolSize, boolean newTls) {
        poolSize = newPoolSize;
        tls = newTls;
    }

    /** A response has shown how the server uses connections. */
    void learn(Server known) {
        server = known;
    }

    /**
     * Returns whether one more connection may be opened.
     *
     * @param forOne whether it is for a transaction that cannot share it
     * @param now the time
     */
    boolean allows(boolean forOne, long now) {
        if (poolSize == 0 || server == Server.SINGLE) {
            return true;
        }
        int opening = shared[Stage.OPENING.ordinal()] + alone[Stage.OPENING.ordinal()];
        int pending = shared[Stage.OPENING.ordinal()] + shared[Stage.UNANSWERED.ordinal()];
        return (forOne || pending < maxPending(now)) && (!tls || opening < MAX_OPENING);
    }

    private int maxPending(long now) {
        int few = Math.min(poolSize, MAX_OPENING);
        return isLate(now) ? few << Math.min(MAX_STEPS, 1 + (now - responseDue) / STEP.toNanos()) : few;
    }

    private boolean isLate(long now) {
        return responseDue != NEVER && now - responseDue >= 0;
    }

    /** Returns whether a connection is being opened. */
    boolean isOpening() {
        return shared[Stage.OPENING.ordinal()] + alone[Stage.OPENING.ordinal()] > 0;
    }

    /** Returns when more connections are allowed even if nothing else happens, or {@link #NEVER}. */
    long nextStep(long now) {
        if (responseDue == NEVER || now - responseDue < 0) {
            return responseDue;
        }
        return responseDue + (1 + (now - responseDue) / STEP.toNanos()) * STEP.toNanos();
    }

    /**
     * A connection reaches another stage.
     *
     * @param forOne whether it is for a transaction that cannot share it
     * @param from the previous stage; {@link Stage#OVER} if the connection is new
     * @param to the new stage
     */
    void move(boolean forOne, Stage from, Stage to) {
        int[] counts = forOne ? alone : shared;
        counts[from.ordinal()]--;
        counts[to.ordinal()]++;
        counts[Stage.OVER.ordinal()] = 0;
        if (shared[Stage.UNANSWERED.ordinal()] == 0) {
            responseDue = NEVER;
        }
    }

    /** A response can be expected after a round trip, in nanoseconds, from now. */
    void expectResponse(long now, long roundTrip) {
        if (responseDue == NEVER) {
            responseDue = now + Math.min(roundTrip, MAX_ROUND_TRIP.toNanos()) + FIRST_RESPONSE_WAIT.toNanos();
        }
    }
}
