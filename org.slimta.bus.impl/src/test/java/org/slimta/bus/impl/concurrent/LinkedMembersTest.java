package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.fixture.Await;

/** Linked members: each is removed once, and none gets lost. */
class LinkedMembersTest {

    private static final class Member extends LinkedMembers.Member {}

    private final LinkedMembers<Member> linked = new LinkedMembers<>();

    @Test
    void keepsMembersUntilTheyAreRemoved() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Member member = new Member();
            members.add(member);
            linked.add(member);
        }
        assertEquals(100, linked.count());
        Set<Member> seen = new HashSet<>();
        linked.forEach(seen::add);
        assertEquals(new HashSet<>(members), seen);
        members.forEach(member -> assertTrue(linked.remove(member)));
        members.forEach(member -> assertFalse(linked.remove(member)));
        assertTrue(linked.isEmpty());
    }

    /** Somebody may keep one for long; with it, all would be kept that were there after it. */
    @Test
    void aMemberThatWasRemovedKeepsNoOther() throws Exception {
        Member kept = new Member();
        linked.add(kept);
        List<WeakReference<Member>> others = new ArrayList<>();
        Member before = kept;
        for (int i = 0; i < 1000; i++) {
            Member next = new Member();
            others.add(new WeakReference<>(next));
            linked.add(next);
            linked.remove(before);
            before = next;
        }
        linked.remove(before);
        before = null;
        Await.collected("the other members", others);
        assertFalse(linked.remove(kept));
    }

    @Test
    void membersMayBeRemovedWhileItIsLookedThrough() {
        for (int i = 0; i < 50; i++) {
            linked.add(new Member());
        }
        linked.forEach(linked::remove);
        assertTrue(linked.isEmpty());
    }

    @Test
    void aMemberOfAnotherIsNotRemoved() {
        Member member = new Member();
        assertFalse(linked.remove(member));
        linked.add(member);
        assertTrue(linked.remove(member));
        linked.add(member);
        assertEquals(1, linked.count());
    }

    /** Threads add members that others remove, twice each: one of the two succeeds. */
    @Test
    void eachIsRemovedOnceThoughManyTry() throws Exception {
        int count = 30_000;
        Member[] members = new Member[count];
        for (int i = 0; i < count; i++) {
            members[i] = new Member();
        }
        AtomicInteger removed = new AtomicInteger();
        AtomicInteger added = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Thread adding = new Thread(() -> {
            for (Member member : members) {
                linked.add(member);
                added.incrementAndGet();
            }
        });
        Thread[] removing = new Thread[2];
        for (int t = 0; t < removing.length; t++) {
            removing[t] = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    while (added.get() <= i) {
                        Thread.onSpinWait();
                    }
                    if (linked.remove(members[i])) {
                        removed.incrementAndGet();
                    }
                }
            });
        }
        Thread looking = new Thread(() -> {
            while (!over.get()) {
                linked.forEach(member -> {});
            }
        });
        looking.start();
        adding.start();
        for (Thread thread : removing) {
            thread.start();
        }
        adding.join();
        for (Thread thread : removing) {
            thread.join();
        }
        over.set(true);
        looking.join();
        assertEquals(count, removed.get());
        assertTrue(linked.isEmpty());
    }
}
