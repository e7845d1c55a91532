package org.slimta.bus.spi;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** How a client chooses one of several servers: the one with the fewest of its requests in flight, any of them if there are several. */
public final class LeastInFlight {

    private LeastInFlight() {}

    /**
     * Chooses a server. Does not block. The counts may change meanwhile; then the choice may be the best one of a moment before.
     *
     * @param <T> type of the servers
     * @param servers the servers; not null, must not change
     * @param mayTake whether a server can be chosen
     * @param inFlight how many requests of this client a server has
     * @return the server; null if none can be chosen
     */
    public static <T> T choose(List<T> servers, Predicate<? super T> mayTake, ToIntFunction<? super T> inFlight) {
        int count = servers.size();
        int first =
                count < 2 ? 0 : ThreadLocalRandom.current().nextInt(count); // Otherwise the first one gets all ties.
        T best = null;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            T each = servers.get((first + i) % count);
            int has = inFlight.applyAsInt(each);
            if (has < least && mayTake.test(each)) {
                best = each;
                least = has;
            }
        }
        return best;
    }
}
