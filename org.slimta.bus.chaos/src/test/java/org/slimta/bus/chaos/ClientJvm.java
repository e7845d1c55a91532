package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;

/** A client in a separate JVM. */
final class ClientJvm implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Jvm jvm;
    private final JournalReader journal;

    /** Starts the client, which sends as soon as it can. */
    ClientJvm(Path folder, List<Target> targets, String... options) throws IOException {
        this(folder, "client", "512m", targets, options);
    }

    /** Starts one of several clients. */
    ClientJvm(Path folder, String name, String heap, List<Target> targets, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("targets=" + targets.stream().map(Target::toString).collect(Collectors.joining(",")));
        arguments.add("journal=" + folder.resolve(name + ".journal"));
        journal = new JournalReader(folder.resolve(name + ".journal"));
        jvm = new Jvm(folder.resolve(name + ".out"), heap, ClientProgram.class, arguments);
    }

    Jvm jvm() {
        return jvm;
    }

    JournalReader journal() {
        return journal;
    }

    /** Waits for a number of further responses. */
    void awaitResponses(String target, int count) throws Exception {
        journal.awaitMore(count + " responses from " + target, count, TIMEOUT, event -> isResponse(event, target));
    }

    /** A moment: what the journal has then. */
    record Moment(int events, long lastNumber) {}

    Moment now() throws IOException {
        List<Event> events = journal.events();
        return new Moment(
                events.size(), events.stream().mapToLong(Event::number).max().orElse(0));
    }

    /** Waits for a number of responses to transactions that are sent from now on. */
    void awaitNewResponses(String target, int count) throws Exception {
        awaitResponsesSince(now(), target, count);
    }

    /** Waits for a number of responses to transactions that are sent after a moment; longer for more of them. */
    void awaitResponsesSince(Moment since, String target, int count) throws Exception {
        journal.awaitMore(
                count + " responses to transactions that are sent to " + target + " from now on",
                since.events(),
                count,
                TIMEOUT.plusMillis(10L * count),
                event -> event.number() > since.lastNumber() && isResponse(event, target));
    }

    /** Waits until all transactions that were sent until now have ended. */
    void awaitEndOfSent(String target) throws Exception {
        int untilNow = journal.events().size();
        Set<Long> open = new HashSet<>();
        int[] seen = {0};
        Await.until("the end of all transactions that were sent to " + target, TIMEOUT, () -> {
            List<Event> all = journal.events();
            for (; seen[0] < all.size(); seen[0]++) {
                Event event = all.get(seen[0]);
                if (seen[0] < untilNow && event.is(Event.Kind.SENT, target)) {
                    open.add(event.number());
                } else if (event.is(Event.Kind.ENDED, target)) {
                    open.remove(event.number());
                }
            }
            return open.isEmpty();
        });
    }

    /** Waits for a number of further failures. */
    void awaitFailures(String target, int count) throws Exception {
        journal.awaitMore(
                count + " failures at " + target,
                count,
                TIMEOUT,
                event -> event.is(Event.Kind.ENDED, target) && !isResponse(event, target));
    }

    /** Waits for a number of further failures with a reason. */
    void awaitFailures(String target, BusException.Reason reason, int count) throws Exception {
        journal.awaitMore(
                count + " failures at " + target + " with " + reason,
                count,
                TIMEOUT,
                event -> event.is(Event.Kind.ENDED, target) && event.detail(1).equals(reason.toString()));
    }

    /** Waits for a number of consecutive responses without a failure between them. */
    void awaitUndisturbed(String target, int count) throws Exception {
        int[] consecutive = {0};
        journal.awaitMore(count + " consecutive responses from " + target, 1, TIMEOUT, event -> {
            if (event.is(Event.Kind.ENDED, target)) {
                consecutive[0] = isResponse(event, target) ? consecutive[0] + 1 : 0;
            }
            return consecutive[0] >= count;
        });
    }

    /** Waits until a number of transactions are in flight, and no others end for a while. */
    void awaitInFlight(int count) throws Exception {
        int[] counts = {0, 0, 0};
        Await.until(count + " in flight", TIMEOUT, () -> {
            List<Event> all = journal.events();
            int before = counts[0];
            for (; counts[0] < all.size(); counts[0]++) {
                counts[1] += all.get(counts[0]).kind() == Event.Kind.SENT ? 1 : 0;
                counts[2] += all.get(counts[0]).kind() == Event.Kind.ENDED ? 1 : 0;
            }
            return counts[1] - counts[2] == count && before == all.size();
        });
    }

    private static boolean isResponse(Event event, String target) {
        return event.is(Event.Kind.ENDED, target) && event.detail(1).equals(Event.RESPONSE);
    }

    /** Stops sending, and waits until all transactions in flight have ended. */
    void finish() throws Exception {
        jvm.send("stop");
        int code = jvm.awaitEnd(TIMEOUT);
        if (code != 0) {
            throw new AssertionError("the client exited with status " + code);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }
}
