package org.slimta.bus.impl.exchange;

import java.util.BitSet;

/**
 * The numbers of requests that a server had and does not remember: all up to one, and some above it. Requests do not arrive in the order
 * of their numbers, and many go to other servers, so a number that is not among these is that of a request that has not arrived. Not
 * thread-safe.
 */
final class ForgottenNumbers {

    /** So far above the first one single numbers are known; it is raised then. */
    static final int MAX_SPAN = 1 << 20;

    private long upTo; // All numbers up to this one.
    private BitSet above = new BitSet(); // The first bit is for the number after that one.

    ForgottenNumbers(long upTo) {
        this.upTo = upTo;
    }

    boolean contains(long number) {
        return number <= upTo || (number - upTo <= MAX_SPAN && above.get((int) (number - upTo - 1)));
    }

    void add(long number) {
        if (number - upTo > MAX_SPAN) {
            addUpTo(number - MAX_SPAN / 2); // Not one by one, since the others move.
        }
        if (number > upTo) {
            above.set((int) (number - upTo - 1));
        }
    }

    void addUpTo(long number) {
        if (number > upTo) {
            long span = Math.min(number - upTo, above.length());
            above = above.get((int) span, above.length());
            upTo = number;
        }
    }
}
