package org.slimta.bus.bench.work;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A number of threads, each of which waits for one response before it sends the next request. */
final class Callers implements Measure {

    private final int number;
    private final Calling calling;

    private Callers(int number, Calling calling) {
        this.number = number;
        this.calling = calling;
    }

    static Callers of(int number, Payload payload) {
        return new Callers(number, (client, end, latencies) -> {
            try (Exchange exchange = client.exchange(payload)) {
                for (long now = System.nanoTime(); now < end; ) {
                    exchange.call();
                    long then = System.nanoTime();
                    latencies.add(then - now);
                    now = then;
                }
            }
        });
    }

    /** Callers that open a new connection for each transaction. */
    static Callers connecting(int number) {
        return new Callers(number, (client, end, latencies) -> {
            for (long now = System.nanoTime(); now < end; ) {
                try (Client another = client.another();
                        Exchange exchange = another.exchange(Payload.SMALL)) {
                    exchange.call();
                }
                long then = System.nanoTime();
                latencies.add(then - now);
                now = then;
            }
        });
    }

    @Override
    public Sample run(Client client, long nanos) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(number);
        try {
            List<Latencies> latencies = new ArrayList<>();
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                latencies.add(new Latencies(number));
            }
            long start = System.nanoTime();
            for (Latencies own : latencies) {
                callers.add(threads.submit(() -> {
                    calling.run(client, start + nanos, own);
                    return null;
                }));
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
            return Latencies.sample(latencies, System.nanoTime() - start);
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Calling {
        void run(Client client, long end, Latencies latencies) throws Exception;
    }
}
