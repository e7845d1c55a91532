package org.slimta.bus.bench.contestant;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** Two queues between two threads: the cost of a hand-off. */
final class HandOff implements Contestant {

    private static final int SIZE = 1024;

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String about() {
        return "two ArrayBlockingQueues between two threads, nothing else";
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.LOCAL);
    }

    @Override
    public Client open() {
        return QueueExchange::new;
    }

    private static final class QueueExchange implements Exchange {

        private final BlockingQueue<Completion> requests = new ArrayBlockingQueue<>(SIZE);
        private final BlockingQueue<Completion> replies = new ArrayBlockingQueue<>(SIZE);
        private final Thread server = start(this::serve);
        private Thread client;

        QueueExchange(Payload payload) {}

        private static Thread start(Runnable work) {
            Thread thread = new Thread(work, "queue");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private void serve() {
            try {
                while (true) {
                    replies.put(requests.take());
                }
            } catch (InterruptedException e) {
                // The exchange was closed.
            }
        }

        private void complete() {
            try {
                while (true) {
                    replies.take().done();
                }
            } catch (InterruptedException e) {
                // The exchange was closed.
            }
        }

        @Override
        public void call() throws InterruptedException {
            requests.put(Spinning.NOTHING);
            replies.take();
        }

        @Override
        public void send(Completion completion) {
            if (client == null) {
                client = start(this::complete);
            }
            try {
                requests.put(completion);
            } catch (InterruptedException e) {
                completion.failed(e);
            }
        }

        @Override
        public void close() {
            server.interrupt();
            if (client != null) {
                client.interrupt();
            }
        }
    }
}
