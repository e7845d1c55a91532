package org.slimta.bus.impl.transport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Chooses the connections that must release their memory when the budget is used up and others wait for room. Called by
 * one thread at a time.
 */
final class StalledConnections {

    /**
     * The number of rounds without a stalled connection after which the newest one that still moves must release its
     * memory.
     */
    private static final int MAX_ROUNDS_WITHOUT_STALLED = 3;

    private final Consumer<Consumer<MemoryHolder>> all;
    private final LongSupplier total;
    private int roundsWithoutStalled;

    /**
     * Creates one.
     *
     * @param all passes all connections to its argument
     * @param total gives the memory of all connections, in bytes
     */
    StalledConnections(Consumer<Consumer<MemoryHolder>> all, LongSupplier total) {
        this.all = all;
        this.total = total;
    }

    /**
     * A connection with much memory, at one moment: its values change while connections are compared.
     *
     * @param bytes its pending memory
     * @param start when its frame began, in nanoseconds after the beginning of the round; negative if before
     */
    private record Candidate(MemoryHolder holder, long bytes, long start) {}

    /**
     * Makes connections release their memory, until the total is about half of the limit. The first ones are those that
     * could have moved since the round began and have not, those with the most memory first. If all move, and yet none
     * completes, it is the connection whose frame began last: so the frames that began first complete.
     *
     * @param limit the limit of the budget, in bytes
     * @param roundStart when the round began, by the clock
     */
    void giveUp(long limit, long roundStart) {
        List<Candidate> candidates = new ArrayList<>();
        long[] pendingBytes = {0};
        all.accept(holder -> {
            long own = holder.pendingBytes();
            pendingBytes[0] += own;
            if (own > MemoryHolder.SMALL_BYTES) {
                candidates.add(new Candidate(holder, own, holder.frameStart() - roundStart));
            }
        });
        if (pendingBytes[0] < limit / 2) {
            return; // Most of the memory is for requests that are processed, and will be released.
        }
        List<Candidate> stalled = candidates.stream()
                .filter(one -> one.holder().isStalled(MemoryHolder.SMALL_BYTES, roundStart))
                .sorted(Comparator.comparing(Candidate::bytes).reversed())
                .toList();
        if (!stalled.isEmpty()) {
            roundsWithoutStalled = 0;
            long surplus = total.getAsLong() - limit / 2;
            for (int i = 0; i < stalled.size() && surplus > 0; i++) {
                surplus -= stalled.get(i).bytes();
                giveUp(stalled.get(i), limit, "makes no progress");
            }
        } else if (++roundsWithoutStalled == MAX_ROUNDS_WITHOUT_STALLED) {
            roundsWithoutStalled = 0;
            candidates.stream()
                    .max(Comparator.comparing(Candidate::start))
                    .ifPresent(newest -> giveUp(newest, limit, "is the newest of those that make progress"));
        }
    }

    private void giveUp(Candidate one, long limit, String state) {
        one.holder()
                .giveUp("all connections together hold " + total.getAsLong() + " bytes, over memoryLimit (" + limit
                        + "); this connection holds " + one.bytes() + " of them and " + state);
    }
}
