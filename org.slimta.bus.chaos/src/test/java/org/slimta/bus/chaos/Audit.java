package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slimta.bus.api.BusException.Reason;

/**
 * Compares the journals of a client and its servers: each transaction ended once, in time, with its own response or for a
 * reason that may be; what was answered had been answered by a server; nothing was processed twice, nor at all if its client
 * was told so.
 */
final class Audit {

    /** The reasons that tell the client that its request was not processed. */
    private static final Set<Reason> UNPROCESSED = EnumSet.of(Reason.CONNECT, Reason.OVERLOADED, Reason.EXPIRED);

    /** Time for a thread to get its turn on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final int SHOWN = 20;

    private final Map<Long, Account> accounts = new TreeMap<>();
    private final Map<String, Set<Reason>> allowed = new HashMap<>();
    private final Set<String> unreliable = new HashSet<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final long atMost;
    private long longest;

    /** Of transactions that may take so long. */
    Audit(Duration responseTimeout) {
        atMost = responseTimeout.plus(SLACK).toNanos();
    }

    /** What is sent to a target may fail for these reasons. Without, all must be answered. */
    Audit allow(String target, Reason... reasons) {
        allowed.put(target, Set.of(reasons));
        return this;
    }

    /** On the way to a target bytes are changed, so that only its own checksum tells what a response is worth. */
    Audit changesBytes(String target) {
        unreliable.add(target);
        allowed.put(target, EnumSet.allOf(Reason.class));
        return this;
    }

    /** Takes in all that was noted. */
    Audit read(JournalReader... journals) throws IOException {
        for (JournalReader journal : journals) {
            for (Event event : journal.events()) {
                if (event.number() != 0) {
                    accounts.computeIfAbsent(event.number(), Account::new).add(event);
                } else if (event.kind() == Event.Kind.LEFT && !event.detail(1).equals("0")) {
                    wrong.add("at " + event.detail(0) + " " + event.detail(1) + " are left");
                } else if (event.kind() == Event.Kind.DAMAGED && unreliable.isEmpty()) {
                    wrong.add("a damaged request came to " + event.detail(0));
                }
            }
        }
        accounts.values().forEach(this::check);
        return this;
    }

    private void check(Account account) {
        if (account.sent.size() != 1) {
            wrong.add("nobody sent it, " + account);
            return;
        }
        if (account.ended.size() != 1) {
            wrong.add("it ended " + account.ended.size() + " times, " + account);
            return;
        }
        if (account.received.size() > 1) {
            wrong.add("it was processed twice, " + account);
        }
        long took = account.ended.get(0).time() - account.sent.get(0).time();
        longest = Math.max(longest, took);
        if (took > atMost) {
            wrong.add("it took " + took / 1_000_000 + " ms, " + account);
        }
        checkEnd(account);
    }

    private void checkEnd(Account account) {
        String target = account.ended.get(0).detail(0);
        String end = account.ended.get(0).detail(1);
        counts.merge(target + " " + end, 1, Integer::sum);
        if (end.equals(Event.RESPONSE)) {
            if (account.answering.size() != 1) {
                wrong.add("no server has answered it, " + account);
            }
        } else if (end.equals(Event.FOREIGN) || end.equals(Event.SPOILT)) {
            if (!unreliable.contains(target)) {
                wrong.add("it got what was not its answer, " + account);
            }
        } else {
            checkReason(account, target, Reason.valueOf(end));
        }
    }

    private void checkReason(Account account, String target, Reason reason) {
        if (!allowed.getOrDefault(target, Set.of()).contains(reason)) {
            wrong.add("that is no reason here, " + account);
        }
        if (UNPROCESSED.contains(reason) && !account.received.isEmpty() && !unreliable.contains(target)) {
            wrong.add("it was processed all the same, " + account);
        }
    }

    /** How many transactions to a target ended so. */
    int count(String target, Object end) {
        return counts.getOrDefault(target + " " + end, 0);
    }

    /** Fails if anything is wrong. */
    Audit assertClean() {
        assertEquals(List.of(), wrong.subList(0, Math.min(SHOWN, wrong.size())), wrong.size() + " are wrong; " + figures());
        return this;
    }

    String figures() {
        return accounts.size() + " transactions, the longest took " + longest / 1_000_000 + " ms\n"
                + counts.toString().replaceAll("[{}]", "").replace(", ", "\n") + "\n";
    }
}
