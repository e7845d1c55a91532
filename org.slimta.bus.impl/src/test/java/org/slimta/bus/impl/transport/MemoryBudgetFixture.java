package org.slimta.bus.impl.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slimta.bus.impl.concurrent.ManualTimer;

/** A budget of 1 MiB, and holders of it that the test moves. */
abstract class MemoryBudgetFixture {

    static final long KIB = 1 << 10;
    static final long LIMIT = 1 << 20;

    final ManualTimer timer = new ManualTimer();
    final List<Fake> all = new ArrayList<>();
    final MemoryBudget held =
            new MemoryBudget(LIMIT, timer, each -> all.forEach(each::accept));

    /** A holder that says what the test has set, and notes what becomes of it. */
    class Fake implements MemoryBudget.Holder {

        final MemoryBudget.Account share = held.newAccount();
        long onItsWay;
        boolean stuck;
        long start;
        int goneOn;
        boolean reads;
        int probed;
        String givenUp;

        Fake() {
            all.add(this);
        }

        Fake arrive(long bytes) {
            share.add(bytes);
            onItsWay += bytes;
            return this;
        }

        @Override
        public long onItsWay() {
            return onItsWay;
        }

        @Override
        public boolean isStuck(long more, long since) {
            return stuck && onItsWay() > more;
        }

        @Override
        public long frameStart() {
            return start;
        }

        @Override
        public Set<PauseReason> notReadFor() {
            return reads ? Set.of() : Set.of(PauseReason.MEMORY, PauseReason.QUEUE_FULL);
        }

        @Override
        public void goOn() {
            goneOn++;
            reads = true;
        }

        @Override
        public void probe() {
            probed++;
        }

        @Override
        public void giveUp(String why) {
            givenUp = why;
            share.close();
            onItsWay = 0;
        }
    }

    void pass(Duration time) {
        timer.advance(time);
        all.stream().filter(one -> one.reads).forEach(one -> {
            one.reads = false;
            if (held.isUsedUpFor(one.onItsWay)) {
                held.await(one);
            }
        });
    }
}
