package org.slimta.bus.bench.work;

/** A kind of load whose rate is measured. */
public enum Work {
    /** One small transaction in flight by call-backs. */
    SMALL_1("small-1", Ability.CALL_BACKS, new InFlight(1, Payload.SMALL), Unit.TRANSACTIONS, "small-1-call-back"),
    /** 64 small transactions in flight by call-backs. */
    SMALL_64("small-64", Ability.CALL_BACKS, new InFlight(64, Payload.SMALL), Unit.TRANSACTIONS, "small-64"),
    /** 256 small transactions in flight by call-backs. */
    SMALL_256("small-256", Ability.CALL_BACKS, new InFlight(256, Payload.SMALL), Unit.TRANSACTIONS, "small-256"),
    /** One thread that waits for each response. */
    SMALL_1_CALLERS("small-1-callers", Ability.CALLERS, Callers.of(1, Payload.SMALL), Unit.TRANSACTIONS, "small-1"),
    /** 64 threads that wait for each response. */
    SMALL_64_CALLERS(
            "small-64-callers", Ability.CALLERS, Callers.of(64, Payload.SMALL), Unit.TRANSACTIONS, "small-64-callers"),
    /** Attachments of 1 MiB, one after the other. */
    BULK_1M("bulk-1M", Ability.BULK, Callers.of(1, Payload.MIB_1), Unit.gigabytes(Payload.MIB_1), null),
    /** Attachments of 16 MiB, one after the other. */
    BULK_16M("bulk-16M", Ability.BULK, Callers.of(1, Payload.MIB_16), Unit.gigabytes(Payload.MIB_16), null),
    /** Transactions of 100 requests, 16 in flight by call-backs. */
    BATCH_100("batch-100", Ability.BATCH, new InFlight(16, Payload.BATCH), Unit.requests(Payload.BATCH), null),
    /** A connection for each small transaction, 16 threads. */
    CONNECT("connect", Ability.CONNECT, Callers.connecting(16), Unit.TRANSACTIONS, null),
    /** One transaction in flight in one JVM, by a thread that waits. */
    LOCAL_1("local-1", Ability.LOCAL, Callers.of(1, Payload.SMALL), Unit.TRANSACTIONS, "local-1"),
    /** 64 transactions in flight in one JVM, by call-backs. */
    LOCAL_64("local-64", Ability.LOCAL, new InFlight(64, Payload.SMALL), Unit.TRANSACTIONS, null),
    /** 64 small transactions in flight, with and without idle connections; and the heap that those need. */
    IDLE("idle", Ability.IDLE, new InFlight(64, Payload.SMALL), Unit.TRANSACTIONS, null);

    private final String title;
    private final Ability ability;
    private final Measure measure;
    private final Unit unit;
    private final String latencyName;

    Work(String title, Ability ability, Measure measure, Unit unit, String latencyName) {
        this.title = title;
        this.ability = ability;
        this.measure = measure;
        this.unit = unit;
        this.latencyName = latencyName;
    }

    /** {@return the name of the work in arguments and results} */
    public String title() {
        return title;
    }

    /** {@return the ability that a contestant needs} */
    public Ability ability() {
        return ability;
    }

    /** {@return whether client and server are in one JVM} */
    public boolean isLocal() {
        return ability == Ability.LOCAL;
    }

    /** {@return how the client is loaded} */
    public Measure measure() {
        return measure;
    }

    /** {@return the unit of the rate} */
    public Unit unit() {
        return unit;
    }

    /** {@return the name of the latencies in the results, or null if they are not meaningful} */
    public String latencyName() {
        return latencyName;
    }
}
