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
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/**
 * Compares the journals of a client and its servers. It checks that each transaction ended once and in time, with its
 * own response or for an allowed reason; that a server sent each response that arrived; and that no transaction was
 * processed twice, nor at all if its outcome says that it was not.
 */
final class Audit {

    /** The time that a thread may wait for a processor on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final int MAX_SHOWN = 20;

    private final Map<Long, Account> accounts = new TreeMap<>();
    private final Map<String, Set<Reason>> allowed = new HashMap<>();
    private final Set<String> unreliable = new HashSet<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final long maxNanos;
    private long limitFrom = Long.MIN_VALUE;
    private long longestNanos;

    /** Checks transactions with a time limit. */
    Audit(Duration responseTimeout) {
        maxNanos = responseTimeout.plus(SLACK).toNanos();
    }

    /** Checks the time limit only for what was sent since an instant, when the JVMs were warm. */
    Audit limitFrom(long time) {
        limitFrom = time;
        return this;
    }

    /** Allows transactions to a target to fail for these reasons. Otherwise all must get responses. */
    Audit allow(String target, Reason... reasons) {
        allowed.put(target, Set.of(reasons));
        return this;
    }

    /**
     * Declares that bytes are changed on the way to a target, so that only its checksum shows whether a response is
     * right.
     */
    Audit changesBytes(String target) {
        unreliable.add(target);
        allowed.put(target, EnumSet.allOf(Reason.class));
        return this;
    }

    /** Reads the journals and checks all transactions. */
    Audit read(JournalReader... journals) throws IOException {
        for (JournalReader journal : journals) {
            for (Event event : journal.events()) {
                if (event.number() != 0) {
                    accounts.computeIfAbsent(event.number(), Account::new).add(event);
                } else if (event.kind() == Event.Kind.LEFT && !event.detail(1).equals("0")) {
                    violations.add(event.detail(1) + " transactions or connections are left at " + event.detail(0));
                } else if (event.kind() == Event.Kind.DAMAGED && unreliable.isEmpty()) {
                    violations.add("a damaged request arrived at " + event.detail(0));
                }
            }
        }
        accounts.values().forEach(this::check);
        return this;
    }

    private void check(Account account) {
        if (account.sent.size() != 1) {
            violations.add("not sent once, " + account);
            return;
        }
        if (account.ended.size() != 1) {
            violations.add("ended " + account.ended.size() + " times, " + account);
            return;
        }
        if (account.received.size() > 1) {
            violations.add("processed twice, " + account);
        }
        long took = account.ended.get(0).time() - account.sent.get(0).time();
        boolean isWarm = account.sent.get(0).time() >= limitFrom;
        longestNanos = isWarm ? Math.max(longestNanos, took) : longestNanos;
        if (isWarm && took > maxNanos) {
            violations.add("took " + took / 1_000_000 + " ms, " + account);
        }
        checkEnd(account);
    }

    private void checkEnd(Account account) {
        String target = account.ended.get(0).detail(0);
        String end = account.ended.get(0).detail(1);
        counts.merge(target + " " + end, 1, Integer::sum);
        if (end.equals(Event.RESPONSE)) {
            if (account.answering.size() != 1) {
                violations.add("got a response that no server sent, " + account);
            }
        } else if (end.equals(Event.FOREIGN) || end.equals(Event.SPOILT)) {
            if (!unreliable.contains(target)) {
                violations.add("got a wrong response, " + account);
            }
        } else {
            checkReason(account, target, Reason.valueOf(end));
            checkOutcome(account, target, Outcome.valueOf(account.ended.get(0).detail(2)));
        }
    }

    private void checkReason(Account account, String target, Reason reason) {
        if (!allowed.getOrDefault(target, Set.of()).contains(reason)) {
            violations.add("ended for a reason that is not allowed, " + account);
        }
    }

    private void checkOutcome(Account account, String target, Outcome outcome) {
        outcomes.merge(account.ended.get(0).detail(1) + " " + outcome, 1, Integer::sum);
        boolean received = !account.received.isEmpty();
        boolean wrong = (outcome == Outcome.NOT_PROCESSED && received) || (outcome == Outcome.PROCESSED && !received);
        if (wrong && !unreliable.contains(target)) {
            violations.add("its outcome is wrong, " + account);
        }
    }

    /** The longest time that a transaction took. */
    Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    /** The number of transactions to a target that ended in a certain way. */
    int count(String target, Object end) {
        return counts.getOrDefault(target + " " + end, 0);
    }

    /** The number of transactions that failed with a reason and an outcome. */
    int count(Reason reason, Outcome outcome) {
        return outcomes.getOrDefault(reason + " " + outcome, 0);
    }

    /** The number of transactions that servers have received. */
    int received() {
        return accounts.values().stream()
                .mapToInt(account -> account.received.size())
                .sum();
    }

    /** All transactions that did not get their responses. */
    List<Account> failed() {
        return accounts.values().stream()
                .filter(account ->
                        account.ended.stream().noneMatch(end -> end.detail(1).equals(Event.RESPONSE)))
                .toList();
    }

    /** Fails if there is any violation. */
    Audit assertClean() {
        assertEquals(
                List.of(),
                violations.subList(0, Math.min(MAX_SHOWN, violations.size())),
                violations.size() + " violations; " + summary());
        return this;
    }

    /** The numbers of transactions by target and outcome. */
    String summary() {
        return accounts.size() + " transactions, the longest took " + longestNanos / 1_000_000 + " ms\n" + lines(counts)
                + lines(outcomes);
    }

    private static String lines(Map<String, Integer> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (name, count) -> text.append(name).append('=').append(count).append('\n'));
        return text.toString();
    }
}
