package org.slimta.bus.impl.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Members that many threads add, remove and look through, at next to no cost: they are linked to each other, in several rings
 * so that threads seldom meet at one. Thread-safe.
 *
 * @param <M> what is kept
 */
public final class LinkedMembers<M extends LinkedMembers.Member> {

    private static final int RINGS = 16;

    private final Ring[] rings;
    private int next; // Racy on purpose: it only spreads the members.

    /** What can be a member of one of these at a time. */
    public abstract static class Member {

        private volatile Ring ring; // Written under the lock of a ring; read without, to find the ring.
        private Member before;
        private Member after;

        /** A member of none yet. */
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
            member.before = null; // Whoever keeps the member would keep all that were there after it.
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

    /** Without members. Many threads may add and remove some all the time. */
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
     * One that takes little memory and is quick to look through, for members that come and go now and then.
     *
     * @param <M> what is kept
     * @return one without members
     */
    public static <M extends Member> LinkedMembers<M> small() {
        return new LinkedMembers<>(1);
    }

    /**
     * Adds a member.
     *
     * @param member what is a member of none now
     */
    public void add(M member) {
        rings[next++ & rings.length - 1].add(member);
    }

    /**
     * Removes a member.
     *
     * @param member what may be a member
     * @return whether it was
     */
    public boolean remove(M member) {
        Ring ring = ((Member) member).ring;
        return ring != null && ring.remove(member);
    }

    /**
     * Tells whether there are members.
     *
     * @return whether there are none
     */
    public boolean isEmpty() {
        for (Ring ring : rings) {
            if (!ring.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Counts the members, by looking through them.
     *
     * @return their number
     */
    public int count() {
        int[] count = {0};
        forEach(member -> count[0]++);
        return count[0];
    }

    /**
     * Calls something for each member that is there at the start.
     *
     * @param action what to call; may remove members
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
