package org.slimta.bus.impl.socket;

import java.time.Duration;

/**
 * How many connections may be on their way to a server. As long as nothing is known of it, or it is known to share connections,
 * a few are; the first answer on one of them serves all who want to share, so it is waited for a while. If it takes its time
 * there may be more, and soon twice as many, again and again. With TLS no more than a handful shake hands at once, since that
 * costs both ends much. To a server that takes one transaction a connection there is no limit, since to wait would gain
 * nothing. Used under a lock of its owner.
 */
final class OpeningLimit {

    /** How long the first answer is waited for, beyond a round trip. */
    static final Duration FIRST_RESPONSE_WAIT = Duration.ofMillis(100);

    /** After what time there may be twice as many connections. */
    static final Duration STEP = Duration.ofMillis(25);

    /** How many handshakes are under way at once. */
    static final int MAX_OPENING = 4;

    /** If connecting took longer than this, a packet was probably lost, and the time is not taken for a round trip. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);

    private static final int MAX_STEPS = 24;

    /** No time. */
    static final long NEVER = Long.MAX_VALUE;

    /** What a server does with connections. */
    enum Server {
        /** Nothing is known. */
        UNKNOWN,
        /** It keeps them, so that many transactions can share one. */
        SHARES,
        /** It takes one transaction on each. */
        SINGLE
    }

    /** How far a connection that was allowed has come. */
    enum Stage {
        /** It is being opened. */
        OPENING,
        /** It is there, and the first answer on it has not come. */
        UNANSWERED,
        /** It has its answer, or will never have one. */
        OVER
    }

    private final int[] shared = new int[Stage.values().length];
    private final int[] alone = new int[Stage.values().length];
    private int poolSize;
    private boolean tls;
    private Server server = Server.UNKNOWN;
    private long responseDue = NEVER;

    /** Goes on with these options. */
    void configure(int newPoolSize, boolean newTls) {
        poolSize = newPoolSize;
        tls = newTls;
    }

    /** An answer has told what the server does. */
    void learn(Server known) {
        server = known;
    }

    /**
     * Whether one more connection may be opened.
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

    /** When more connections are allowed, though nothing else happens, or {@link #NEVER} if that is not known. */
    long nextStep(long now) {
        if (responseDue == NEVER || now - responseDue < 0) {
            return responseDue;
        }
        return responseDue + (1 + (now - responseDue) / STEP.toNanos()) * STEP.toNanos();
    }

    /**
     * A connection gets on.
     *
     * @param forOne whether it is for a transaction that cannot share it
     * @param from how far it was; {@link Stage#OVER} if it was not there
     * @param to how far it is
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

    /** An answer can be expected a round trip from now, in nanoseconds. */
    void expectResponse(long now, long roundTrip) {
        if (responseDue == NEVER) {
            responseDue = now + Math.min(roundTrip, MAX_ROUND_TRIP.toNanos()) + FIRST_RESPONSE_WAIT.toNanos();
        }
    }
}
