package org.slimta.bus.bench.contestant;

import java.util.Set;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.MpscArrayQueue;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** Two queues of JCTools between two threads that spin. The threads run only while an exchange is open. */
final class Spinning implements Contestant {

    /** Stands for a request whose caller waits. */
    static final Completion NOTHING = new Completion() {
        @Override
        public void done() {}

        @Override
        public void failed(Throwable cause) {}
    };

    private static final int SIZE = 1024;

    @Override
    public String name() {
        return "jctools";
    }

    @Override
    public String about() {
        return "two MPSC queues of JCTools between two threads that never sleep";
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.LOCAL);
    }

    @Override
    public Client open() {
        return SpinningExchange::new;
    }

    private static final class SpinningExchange implements Exchange {

        private final MessagePassingQueue<Completion> requests = new MpscArrayQueue<>(SIZE);
        private final MessagePassingQueue<Completion> replies = new MpscArrayQueue<>(SIZE);
        private volatile boolean closed;
        private Thread client;

        SpinningExchange(Payload payload) {
            start(() -> {
                for (Completion next = take(requests); next != null; next = take(requests)) {
                    put(replies, next);
                }
            });
        }

        private static Thread start(Runnable work) {
            Thread thread = new Thread(work, "jctools");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private Completion take(MessagePassingQueue<Completion> queue) {
            Completion next = queue.relaxedPoll();
            while (next == null && !closed) {
                Thread.onSpinWait();
                next = queue.relaxedPoll();
            }
            return next;
        }

        private void put(MessagePassingQueue<Completion> queue, Completion completion) {
            while (!queue.relaxedOffer(completion) && !closed) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void call() {
            put(requests, NOTHING);
            take(replies);
        }

        @Override
        public void send(Completion completion) {
            if (client == null) {
                client = start(() -> {
                    for (Completion next = take(replies); next != null; next = take(replies)) {
                        next.done();
                    }
                });
            }
            put(requests, completion);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
