package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnansweredRequestsTest {

    private static final class Request implements UnansweredRequests.Entry {

        private int place = -1;

        @Override
        public int place() {
            return place;
        }

        @Override
        public void setPlace(int newPlace) {
            place = newPlace;
        }
    }

    private final UnansweredRequests<Request> unanswered = new UnansweredRequests<>();

    private Set<Request> there() {
        Set<Request> there = new HashSet<>();
        unanswered.forEach(request -> assertTrue(there.add(request), "it is there twice"));
        return there;
    }

    @Test
    void whatIsThereIsWhatWasAddedAndNotTakenOut() {
        Random random = new Random(2);
        List<Request> model = new ArrayList<>();
        assertEquals(Set.of(), there());
        for (int round = 0; round < 20_000; round++) {
            int wanted = round < 10_000 ? 500 : 3;
            if (model.isEmpty() || model.size() < wanted && random.nextBoolean()) {
                Request request = new Request();
                model.add(request);
                unanswered.add(request);
            } else {
                Request request = model.remove(random.nextInt(model.size()));
                assertEquals(model.size(), unanswered.remove(request));
            }
            assertEquals(model.size(), unanswered.count());
            if (round % 100 == 0) {
                assertEquals(new HashSet<>(model), there());
            }
        }
        assertEquals(new HashSet<>(model), there());
    }

    /** One adds, three take out at once, while there are more and fewer: in the end none is left over, and none was lost. */
    @Test
    void requestsOfSeveralThreadsAreAddedAndRemovedOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int round = 0; round < 300; round++) {
            UnansweredRequests<Request> stressed = new UnansweredRequests<>();
            LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>();
            List<Future<?>> answering = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answering.add(threads.submit(() -> {
                    for (int n = 0; n < 500; n++) {
                        stressed.remove(queue.poll(20, TimeUnit.SECONDS));
                    }
                    return null;
                }));
            }
            Request slow = new Request();
            stressed.add(slow);
            for (int n = 0; n < 1500; n++) {
                Request request = new Request();
                stressed.add(request);
                queue.add(request);
            }
            for (Future<?> each : answering) {
                each.get(20, TimeUnit.SECONDS);
            }
            List<Request> left = new ArrayList<>();
            stressed.forEach(left::add);
            assertEquals(List.of(slow), left);
            assertEquals(1, stressed.count());
        }
        threads.shutdownNow();
    }
}
