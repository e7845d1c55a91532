package org.slimta.bus.nats.impl.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.spi.LeastInFlight;

/** The servers of the bus that the client has heard of. Thread-safe. */
final class Members {

    /** More servers are not remembered. */
    private static final int MAX_MEMBERS = 1000;

    private final Map<String, Member> bySid = new LinkedHashMap<>(); // Guarded by this.
    private volatile List<Member> all = List.of(); // Written under the lock of this.

    /** All servers, in no order. */
    List<Member> all() {
        return all;
    }

    /** A server has told that it is there. Returns null if there are too many. */
    synchronized Member heard(String sid, long now) {
        Member member = bySid.get(sid);
        if (member == null) {
            if (bySid.size() >= MAX_MEMBERS) {
                return null;
            }
            member = new Member(sid, now);
            bySid.put(sid, member);
            all = List.copyOf(bySid.values());
        }
        member.heard(now);
        return member;
    }

    /** Returns a server; null if it is not known. */
    synchronized Member find(String sid) {
        return bySid.get(sid);
    }

    /** A server is not there, or not heard of any more. What was sent to it keeps it. */
    synchronized void remove(Member member) {
        if (bySid.remove(member.sid(), member)) {
            all = List.copyOf(bySid.values());
        }
    }

    /**
     * Chooses the server for a request: of those that were heard of lately, are not leaving and have room, the one with the fewest
     * requests of this client in flight; any of them, if there are several.
     *
     * @param since only servers that were heard of since then
     * @return the server; null if there is none
     */
    Member pick(long since) {
        return LeastInFlight.choose(all, each -> each.room() > 0 && isThere(each, since), Member::inFlight);
    }

    /** Whether a server is known that takes requests, though all may be full. */
    boolean isAnyThere(long since) {
        return all.stream().anyMatch(each -> isThere(each, since));
    }

    private static boolean isThere(Member member, long since) {
        return !member.isLeaving() && member.heardAt() - since >= 0;
    }
}
