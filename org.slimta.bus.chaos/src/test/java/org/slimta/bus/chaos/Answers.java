package org.slimta.bus.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** When the responses from a target arrived, and how long they took. Immutable. */
final class Answers {

    private final long[] times;
    private final long[] took;

    private Answers(LongStream.Builder times, LongStream.Builder took) {
        this.times = times.build().sorted().toArray();
        this.took = took.build().sorted().toArray();
    }

    /** The responses until now, at all of some clients. */
    static Answers of(String target, List<ClientJvm> clients) throws IOException {
        return of(target, clients, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The responses that arrived between two instants, which are of {@link System#nanoTime}. */
    static Answers of(String target, List<ClientJvm> clients, long from, long to) throws IOException {
        LongStream.Builder times = LongStream.builder();
        LongStream.Builder took = LongStream.builder();
        for (ClientJvm client : clients) {
            Map<Long, Long> sent = new HashMap<>();
            for (Event event : client.journal().events()) {
                if (event.is(Event.Kind.SENT, target)) {
                    sent.put(event.number(), event.time());
                } else if (event.time() >= from
                        && event.time() < to
                        && event.is(Event.Kind.ENDED, target)
                        && event.detail(1).equals(Event.RESPONSE)) {
                    times.add(event.time());
                    took.add(event.time() - sent.remove(event.number()));
                }
            }
        }
        return new Answers(times, took);
    }

    int count() {
        return times.length;
    }

    /** How many arrived in some time from an instant, which is one of {@link System#nanoTime}. */
    int count(long from, Duration time) {
        return indexOf(from + time.toNanos()) - indexOf(from);
    }

    private int indexOf(long time) {
        int index = Arrays.binarySearch(times, time);
        return index < 0 ? -index - 1 : index;
    }

    /** The time within which a part of them arrived, from 0 to 1. */
    Duration within(double part) {
        return Duration.ofNanos(took[(int) Math.min(took.length - 1, (long) (part * took.length))]);
    }
}
