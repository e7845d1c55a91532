package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;

/** A client in a JVM of its own. */
final class ClientJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Jvm jvm;
    private final JournalReader journal;

    /** Starts it; it begins to send as soon as it can. */
    ClientJvm(Path folder, List<Target> targets, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("targets=" + targets.stream().map(Target::toString).collect(Collectors.joining(",")));
        arguments.add("journal=" + folder.resolve("client.journal"));
        journal = new JournalReader(folder.resolve("client.journal"));
        jvm = new Jvm(folder.resolve("client.out"), "512m", ClientProgram.class, arguments);
    }

    JournalReader journal() {
        return journal;
    }

    /** Waits until so many transactions more were answered. */
    void awaitAnswers(String target, int count) throws Exception {
        journal.awaitMore(count + " answers to " + target, count, PATIENCE, event -> isAnswer(event, target));
    }

    /** Waits until so many transactions that are sent from now on were answered. */
    void awaitNewAnswers(String target, int count) throws Exception {
        long last = journal.events().stream().mapToLong(Event::number).max().orElse(0);
        journal.awaitMore(
                count + " answers to what is sent to " + target + " from now on",
                count,
                PATIENCE,
                event -> event.number() > last && isAnswer(event, target));
    }

    /** Waits until so many transactions more have failed. */
    void awaitFailures(String target, int count) throws Exception {
        journal.awaitMore(
                count + " failures at " + target,
                count,
                PATIENCE,
                event -> event.is(Event.Kind.ENDED, target) && !isAnswer(event, target));
    }

    /** Waits until so many transactions more have ended for a reason. */
    void awaitEnds(String target, BusException.Reason reason, int count) throws Exception {
        journal.awaitMore(
                count + " ends of " + target + " in " + reason,
                count,
                PATIENCE,
                event -> event.is(Event.Kind.ENDED, target) && event.detail(1).equals(reason.toString()));
    }

    /** Waits until so many transactions were answered one after the other, without a failure between them. */
    void awaitUndisturbed(String target, int count) throws Exception {
        int[] row = {0};
        journal.awaitMore(count + " answers to " + target + " in a row", 1, PATIENCE, event -> {
            if (event.is(Event.Kind.ENDED, target)) {
                row[0] = isAnswer(event, target) ? row[0] + 1 : 0;
            }
            return row[0] >= count;
        });
    }

    private static boolean isAnswer(Event event, String target) {
        return event.is(Event.Kind.ENDED, target) && event.detail(1).equals(Event.RESPONSE);
    }

    /** Has it send no more, and waits until all that is under way has ended. */
    void finish() throws Exception {
        jvm.tell("stop");
        int code = jvm.awaitEnd(PATIENCE);
        if (code != 0) {
            throw new AssertionError("the client ended with " + code);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }
}
