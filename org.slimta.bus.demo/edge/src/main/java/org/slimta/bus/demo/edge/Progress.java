package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.slimta.bus.addresses.VisibleText;

/** Prints the outcome of each mail and the totals. Thread-safe. */
public final class Progress {

    private static final int NAME_WIDTH = 28;

    private final PrintStream out;
    private final int total;
    private final long start = System.nanoTime();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final CountDownLatch firstHalf;

    /**
     * Begins.
     *
     * @param out where to print
     * @param total how many mails are sent
     */
    public Progress(PrintStream out, int total) {
        this.out = out;
        this.total = total;
        this.firstHalf = new CountDownLatch(total / 2);
    }

    /**
     * Blocks until half of the mails are done.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public void awaitHalf() throws InterruptedException {
        firstHalf.await();
    }

    /**
     * Prints the outcome of a mail.
     *
     * @param outcome the outcome
     */
    public synchronized void done(Outcome outcome) {
        outcomes.add(outcome);
        firstHalf.countDown();
        String reply = outcome.reply() == null
                ? "LOST  " + VisibleText.of(outcome.failure())
                : outcome.reply().code() + "  " + VisibleText.of(outcome.reply().message());
        String again = outcome.retries() == 0 ? "" : "  (sent again " + outcome.retries() + "x)";
        out.printf(
                "%5d/%d  %-" + NAME_WIDTH + "s %10d bytes  %s%s%n",
                outcomes.size(),
                total,
                outcome.mail().name(),
                outcome.mail().contents().size(),
                reply,
                again);
    }

    /**
     * Prints a line.
     *
     * @param line the line
     */
    public synchronized void say(String line) {
        out.println(line);
    }

    /** {@return how many mails are done} */
    public synchronized int count() {
        return outcomes.size();
    }

    /**
     * Prints the totals.
     *
     * @param delivered what the relays have delivered
     * @param replacement what has happened to a relay; null if it has not happened
     * @return whether every mail is accounted for
     * @throws IOException if a Maildir cannot be read
     */
    public synchronized boolean finish(Delivered delivered, String replacement) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<Integer, Integer> byCode = new TreeMap<>();
        int lost = 0;
        int accepted = 0;
        int identical = 0;
        int wronglyDelivered = 0;
        int retries = 0;
        long bytes = 0;
        for (Outcome outcome : outcomes) {
            retries += outcome.retries();
            bytes += outcome.mail().contents().size();
            if (outcome.reply() == null) {
                lost++;
                continue;
            }
            byCode.merge(outcome.reply().code(), 1, Integer::sum);
            if (outcome.reply().isAccepted()) {
                accepted++;
                identical += delivered.isIdentical(outcome) ? 1 : 0;
            } else {
                wronglyDelivered += delivered.isAbsent(outcome) ? 0 : 1;
            }
        }
        out.println();
        out.println("sent        " + total);
        byCode.forEach((code, count) -> out.println("answered    " + count + " with " + code));
        out.println("lost        " + (lost + total - outcomes.size()));
        out.println("sent again  " + retries + " times");
        out.println("identical   " + identical + " of " + accepted + " accepted, byte for byte in the Maildir"
                + (wronglyDelivered == 0 ? "" : "; " + wronglyDelivered + " were delivered although refused"));
        out.printf("rate        %.0f mails/s, %.1f MB/s%n", outcomes.size() / seconds, bytes / 1e6 / seconds);
        out.println("relay       " + (replacement == null ? "NOT replaced" : replacement));
        return lost == 0
                && outcomes.size() == total
                && identical == accepted
                && wronglyDelivered == 0
                && replacement != null;
    }
}
