package org.slimta.bus.bench.work;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A number of transactions in flight at once; when one ends, its call-back sends the next. */
final class InFlight implements Measure {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int number;
    private final Payload payload;

    InFlight(int number, Payload payload) {
        this.number = number;
        this.payload = payload;
    }

    @Override
    public Sample run(Client client, long nanos) throws Exception {
        try (Exchange exchange = client.exchange(payload)) {
            Round round = new Round(exchange, number);
            List<Sequence> sequences =
                    Stream.generate(() -> new Sequence(round)).limit(number).toList();
            long start = System.nanoTime();
            round.end = start + nanos;
            sequences.forEach(Sequence::proceed);
            if (!round.running.await(nanos + TIMEOUT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new TimeoutException(round.running.getCount() + " of " + number + " transactions did not end");
            }
            if (round.failure != null) {
                throw new IllegalStateException("a transaction failed: " + round.failure, round.failure);
            }
            long elapsed = System.nanoTime() - start;
            return Latencies.sample(
                    sequences.stream().map(sequence -> sequence.latencies).toList(), elapsed);
        }
    }

    private static final class Round {

        final Exchange exchange;
        final CountDownLatch running;
        volatile long end;
        volatile Throwable failure;

        Round(Exchange exchange, int number) {
            this.exchange = exchange;
            running = new CountDownLatch(number);
        }
    }

    /** Transactions one after the other. */
    private static final class Sequence {

        final Latencies latencies;
        private final Round round;

        Sequence(Round round) {
            this.round = round;
            latencies = new Latencies((int) round.running.getCount());
        }

        void proceed() {
            Trip trip;
            do {
                long now = System.nanoTime();
                if (now >= round.end || round.failure != null) {
                    round.running.countDown();
                    return;
                }
                trip = new Trip(this, now);
                try {
                    round.exchange.send(trip);
                } catch (RuntimeException e) {
                    trip.failed(e);
                }
                trip.sent = true;
            } while (trip.endedMeanwhile);
        }
    }

    /**
     * One transaction. If it ends on the thread that still sends it, that thread continues in a loop, not by recursion.
     */
    private static final class Trip implements Completion {

        boolean sent;
        boolean endedMeanwhile;
        private final Sequence sequence;
        private final long begin;
        private final Thread sender = Thread.currentThread();

        Trip(Sequence sequence, long begin) {
            this.sequence = sequence;
            this.begin = begin;
        }

        @Override
        public void done() {
            sequence.latencies.add(System.nanoTime() - begin);
            goOn();
        }

        @Override
        public void failed(Throwable cause) {
            sequence.round.failure = cause;
            goOn();
        }

        private void goOn() {
            if (Thread.currentThread() == sender && !sent) {
                endedMeanwhile = true;
            } else {
                sequence.proceed();
            }
        }
    }
}
