package org.slimta.bus.impl.exchange;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What a server remembers of its clients, so that they can ask what became of requests whose connection broke. It is
 * bounded in time, in bytes and in clients. Source: the wire page, part C. Thread-safe.
 *
 * @param <E> type of the requests
 */
public final class ClientRecords<E extends ClientRecord.Entry> {

    /** The part of {@code memoryLimit} that kept responses may use. */
    public static final int MEMORY_PART = 8;

    /** More clients are not remembered, and get a server that cannot be asked. */
    private static final int MAX_CLIENTS = 10_000;

    /** When kept responses are over their limit, so much room is made that it is not needed again at once. */
    private static final double FILL_AFTER_FORGETTING = 0.875;

    /** A client of which nothing was heard for this long has no former connection whose bytes could still arrive. */
    private static final long CLIENT_NANOS = TimeUnit.HOURS.toNanos(1);

    /** The sum of kept bytes is checked for each response of this size, and for one of so many smaller ones. */
    private static final long CHECKED_BYTES = 16 << 10;

    private static final int CHECK_INTERVAL = 64;

    private static final int ID_BYTES = 16;
    private static final int MAX_ID_CHARACTERS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String server = newId();
    private final LongSupplier clock;
    private final LongSupplier memoryLimit;
    private final Map<String, ClientRecord<E>> clients = new ConcurrentHashMap<>();
    private final LongAdder keptBytes = new LongAdder();
    private int unchecked; // Racy on purpose: it only has to let one of so many calls check.

    /**
     * Creates the records of a server that has just been opened.
     *
     * @param clock the time, in nanoseconds
     * @param memoryLimit supplies the memory that the server may use, in bytes
     */
    public ClientRecords(LongSupplier clock, LongSupplier memoryLimit) {
        this.clock = clock;
        this.memoryLimit = memoryLimit;
    }

    /** {@return 128 random bits as text, new for each life of a client or a server} */
    public static String newId() {
        byte[] bits = new byte[ID_BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** {@return the identity of this life of the server} */
    public String server() {
        return server;
    }

    /** {@return the bytes of memory that kept responses use} */
    public long keptBytes() {
        return keptBytes.sum();
    }

    /** {@return how many clients are remembered} */
    public int clientCount() {
        return clients.size();
    }

    /**
     * A client has opened a connection.
     *
     * @param client what the client calls itself
     * @param owner the identity that it has shown; null if it has shown none
     * @param firstTx the number of the first request on the connection
     * @return its record; null if it cannot be remembered, or has another identity than the first that came with that
     *     name
     */
    public ClientRecord<E> join(String client, String owner, long firstTx) {
        if (client.isEmpty() || client.length() > MAX_ID_CHARACTERS) {
            return null;
        }
        long now = clock.getAsLong();
        ClientRecord<E> record = clients.get(client);
        if (record == null) {
            if (clients.size() >= MAX_CLIENTS) {
                forgetIdle();
            }
            if (clients.size() >= MAX_CLIENTS) {
                return null;
            }
        }
        record = clients.compute(client, (name, known) -> {
            ClientRecord<E> joined = known != null ? known : new ClientRecord<>(owner, firstTx, keptBytes, now);
            if (Objects.equals(owner, joined.owner())) {
                joined.joined(now); // Here: a record that is idle may be removed at any other moment.
            }
            return joined;
        });
        return Objects.equals(owner, record.owner()) ? record : null;
    }

    /**
     * A connection of a client is closed.
     *
     * @param record the record of the client
     */
    public void leave(ClientRecord<E> record) {
        record.left(clock.getAsLong());
    }

    private void forgetIdle() {
        clients.keySet()
                .forEach(name -> clients.computeIfPresent(name, (same, record) -> record.isIdle() ? null : record));
    }

    /**
     * A response is kept. If that is too much, the oldest of the same client are forgotten.
     *
     * @param record the record of the client
     * @param bytes the memory that the response uses
     */
    public void kept(ClientRecord<E> record, long bytes) {
        keptBytes.add(bytes);
        if (bytes >= CHECKED_BYTES || ++unchecked % CHECK_INTERVAL == 0) { // A sum costs much while many threads add.
            long limit = memoryLimit.getAsLong() / MEMORY_PART;
            if (keptBytes.sum() > limit) {
                record.forgetOldest((long) (FILL_AFTER_FORGETTING * limit));
            }
        }
    }

    /**
     * Forgets what is too old. To be called periodically.
     *
     * @param retention how long responses are kept
     */
    public void forgetOld(Duration retention) {
        long now = clock.getAsLong();
        clients.values().forEach(record -> record.forgetBefore(now - retention.toNanos()));
        clients.keySet()
                .forEach(name -> clients.computeIfPresent(
                        name, (same, record) -> record.isIdleSince(now - CLIENT_NANOS) ? null : record));
    }
}
