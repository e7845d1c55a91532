package org.slimta.bus.bench;

import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The part-A form of the wire, one connection for each transaction, beside bare sockets in the same run. What the Lua bus
 * reached is from the wire page: it was measured on another day, on a machine like this one.
 */
public final class Figures {

    static final int CALLERS = 16;

    private static final int SMALL = 1024;
    private static final int LARGE = 16 << 20;
    private static final int IDLE = 1000;
    private static final int ROUNDS = 9;
    private static final long ROUND_MILLIS = 700;

    private Figures() {}

    /**
     * Measures and prints.
     *
     * @param args none
     * @throws Exception if something fails that should not
     */
    public static void main(String[] args) throws Exception {
        System.out.printf(
                "JDK %s, %d processors, one JVM, loopback, %d-byte messages, medians of %d rounds%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), SMALL, ROUNDS);
        try (MailBus quiet = new MailBus();
                MailBus crowded = new MailBus();
                RawSockets raw = new RawSockets(SMALL + 374)) {
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < IDLE; i++) {
                idle.add(new Socket("127.0.0.1", crowded.port()));
            }
            Map<String, Double> rates = new Rounds()
                    .add("bus, one after the other", nanos -> Callers.rate(1, nanos, sender(quiet)))
                    .add("bus, one after the other, 1,000 idle", nanos -> Callers.rate(1, nanos, sender(crowded)))
                    .add("bus, 16 callers", nanos -> Callers.rate(CALLERS, nanos, sender(quiet)))
                    .add("bus, 16 callers, 1,000 idle", nanos -> Callers.rate(CALLERS, nanos, sender(crowded)))
                    .add("bare sockets, 16 callers", raw)
                    .run(ROUNDS, ROUND_MILLIS);
            System.out.println("transactions a second, each over a new connection");
            print(rates, "bus, one after the other", "Lua", 1606);
            print(rates, "bus, one after the other, 1,000 idle", "Lua with 1,000 idle", 87);
            print(rates, "bus, 16 callers", "Lua at its best", 3125);
            print(rates, "bus, 16 callers, 1,000 idle", "Lua with 1,000 idle", 87);
            print(rates, "bare sockets, 16 callers", "Lua at its best", 3125);
            System.out.printf(
                    "%nratio idle-1000-to-0 one-caller %.2f%nratio idle-1000-to-0 16-callers %.2f%nratio bus-to-bare-sockets"
                            + " %.2f%n",
                    rates.get("bus, one after the other, 1,000 idle") / rates.get("bus, one after the other"),
                    rates.get("bus, 16 callers, 1,000 idle") / rates.get("bus, 16 callers"),
                    rates.get("bus, 16 callers") / rates.get("bare sockets, 16 callers"));
            for (Socket socket : idle) {
                socket.close();
            }
            printLarge(quiet);
        }
    }

    private static Runnable sender(MailBus bus) {
        var message = MailBus.message(SMALL);
        return () -> bus.send(message);
    }

    private static void print(Map<String, Double> rates, String name, String peer, double peerRate) {
        System.out.printf("  %-40s %,9.0f   %5.1f times %s%n", name, rates.get(name), rates.get(name) / peerRate, peer);
    }

    private static void printLarge(MailBus bus) {
        var message = MailBus.message(LARGE);
        double[] seconds = new double[ROUNDS];
        for (int i = -3; i < ROUNDS; i++) {
            long start = System.nanoTime();
            bus.send(message);
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            }
        }
        Arrays.sort(seconds);
        System.out.printf(
                "%none message of 16 MiB: %.3f s (slowest %.3f s), where the Lua bus takes 21.7 s%n",
                seconds[ROUNDS / 2], seconds[ROUNDS - 1]);
    }
}
