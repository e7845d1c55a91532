package org.slimta.bus.bench.siege;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.bench.contestant.Certificate;
import org.slimta.bus.bench.contestant.Mails;
import org.slimta.bus.standalone.StandaloneBusFactory;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;

/** Well-behaved clients: they send mails at a steady rate or as fast as possible, and record the outcomes. */
final class GoodClients implements AutoCloseable {

    private static final int IN_FLIGHT = 32;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final Message mail = Mails.mail(new byte[1024]);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile String failure = "";
    private volatile boolean over;

    /**
     * Starts the clients: one that keeps connections, and with a rate also one that connects for each mail.
     *
     * @param rate mails per second of each client, or 0 for as many as possible with 32 in flight
     */
    GoodClients(int port, boolean tls, int rate) {
        for (int poolSize : rate > 0 ? new int[] {2, 0} : new int[] {2}) {
            ClientOptions.Builder options = ClientOptions.builder().poolSize(poolSize);
            if (tls) {
                options.tls(Certificate.get().client());
            }
            BusClient<Message, Reply> client =
                    factory.newClient("127.0.0.1", port, Message.class, Reply.class, options.build());
            Thread thread = new Thread(() -> send(client, rate), "good-" + poolSize);
            thread.start();
            threads.add(thread);
        }
    }

    private void send(BusClient<Message, Reply> client, int rate) {
        Semaphore room = new Semaphore(rate > 0 ? 1024 : IN_FLIGHT);
        long next = System.nanoTime();
        try {
            while (!over) {
                room.acquire();
                if (rate > 0) {
                    next += TimeUnit.SECONDS.toNanos(1) / rate;
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                long start = System.nanoTime();
                client.sendRequest(List.of(mail)).response().whenComplete((replies, e) -> {
                    room.release();
                    longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                    if (e == null) {
                        answered.incrementAndGet();
                    } else if (!over) {
                        failed.incrementAndGet();
                        failure = e.getMessage();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The number of mails that were answered. */
    long answered() {
        return answered.get();
    }

    long failed() {
        return failed.get();
    }

    /** The message of the last failure. */
    String failure() {
        return failure;
    }

    /** The maximum latency in milliseconds since the last call. */
    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longest.getAndSet(0));
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        factory.close();
    }
}
