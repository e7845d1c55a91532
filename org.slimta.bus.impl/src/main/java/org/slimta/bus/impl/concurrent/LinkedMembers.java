package org.slimta.bus.impl.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A set whose members many threads add, remove and iterate over at very low cost: the members are linked to each other,
 * in several rings so that threads seldom contend for the same lock. Thread-safe.
 *
 * @param <M> type of the members
 */
public final class LinkedMembers<M extends LinkedMembers.Member> {

    private static final int RINGS = 16;

    private final Ring[] rings;
    private int next; // Racy on purpose: it only spreads the members.

    /** An object that can be a member of one such set at a time. */
    public abstract static class Member {

        private volatile Ring ring; // Written under the lock of a ring; read without, to find the ring.
        private Member before;
        private Member after;

        /** Creates an object that is a member of no set. */
        protected Member() {}
    }

    private static final class Ring extends Member {

        Ring() {
            super.before = this;
            super.after = this;
        }

        synchronized void add(Member member) {
            Member last = super.before;
            member.ring = this;
            member.before = last;
            member.after = this;
            last.after = member;
            super.before = member;
        }

        synchronized boolean remove(Member member) {
            if (member.ring != this) {
                return false;
            }
            member.before.after = member.after;
            member.after.before = member.before;
            member.ring = null;
            // Otherwise a reference to the member would keep all members that followed it in memory.
            member.before = null;
            member.after = null;
            return true;
        }

        synchronized boolean isEmpty() {
            return super.after == this;
        }

        synchronized void copyTo(List<Member> target) {
            for (Member member = super.after; member != this; member = member.after) {
                target.add(member);
            }
        }
    }

    /** Creates an empty set for many threads that add and remove members all the time. */
    public LinkedMembers() {
        this(RINGS);
    }

    private LinkedMembers(int count) {
        rings = new Ring[count];
        for (int i = 0; i < count; i++) {
            rings[i] = new Ring();
        }
    }

    /**
     * Creates an empty set that takes little memory and is quick to iterate over, for members that are added and
     * removed only occasionally.
     *
     * @param <M> type of the members
     * @return an empty set
     */
    public static <M extends Member> LinkedMembers<M> small() {
        return new LinkedMembers<>(1);
    }

    /**
     * Adds a member.
     *
     * @param member an object that is a member of no set
     */
    public void add(M member) {
        rings[next++ & rings.length - 1].add(member);
    }

    /**
     * Removes a member.
     *
     * @param member an object that may be a member
     * @return whether it was a member
     */
    public boolean remove(M member) {
        Ring ring = ((Member) member).ring;
        return ring != null && ring.remove(member);
    }

    /** {@return whether there are no members} */
    public boolean isEmpty() {
        for (Ring ring : rings) {
            if (!ring.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** {@return the number of members, which are counted one by one} */
    public int count() {
        int[] count = {0};
        forEach(member -> count[0]++);
        return count[0];
    }

    /**
     * Calls an action for each object that is a member when the call starts.
     *
     * @param action the action; may remove members
     */
    @SuppressWarnings("unchecked")
    public void forEach(Consumer<? super M> action) {
        List<Member> members = new ArrayList<>();
        for (Ring ring : rings) {
            ring.copyTo(members);
        }
        members.forEach(member -> action.accept((M) member));
    }
}
