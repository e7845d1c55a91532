package org.slimta.bus.bench.siege;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.bench.contestant.Certificate;

/** Attacks a server with a small heap, and prints how its well-behaved clients are affected. */
public final class Siege {

    private static final int CLAIMS = 10_000;
    private static final int STEADY_RATE = 200;
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    private final long inputs;
    private final int attackers;
    private final int seconds;

    private Siege(long inputs, int attackers, int seconds) {
        this.inputs = inputs;
        this.attackers = attackers;
        this.seconds = seconds;
    }

    /**
     * Runs all parts.
     *
     * @param args the number of bad inputs, of slow attackers, and of seconds to measure those; each is optional
     */
    public static void main(String[] args) throws Exception {
        Siege siege = new Siege(
                args.length > 0 ? Long.parseLong(args[0]) : 1_000_000,
                args.length > 1 ? Integer.parseInt(args[1]) : 5000,
                args.length > 2 ? Integer.parseInt(args[2]) : 30);
        siege.badInputs();
        siege.claims();
        siege.slowAttackers(false);
        siege.slowAttackers(true);
        System.exit(0);
    }

    private void badInputs() throws Exception {
        if (inputs == 0) {
            return;
        }
        try (Child server = new Child(SiegeServer.class, "plain")) {
            int port = Integer.parseInt(server.response());
            List<byte[]> recordings = Mutations.read(Path.of("org.slimta.bus.mail/src/test/resources/transcripts"));
            try (GoodClients good = new GoodClients(port, false, STEADY_RATE)) {
                // A warm-up, so that structures that grow only once have grown.
                new BadInputs(port, recordings, inputs / 20).run();
                TimeUnit.SECONDS.sleep(2);
                String before = server.ask("rest");
                good.longestMillis();
                long answered = good.answered();
                long start = System.nanoTime();
                BadInputs bad = new BadInputs(port, recordings, inputs);
                bad.run();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                System.out.println("bad inputs       " + inputs + " in " + millis / 1000 + " s, "
                        + inputs * 1000 / millis + " per second; " + bad);
                System.out.println("good clients     " + (good.answered() - answered) + " mails answered, "
                        + good.failed() + " failed " + good.failure() + ", the longest took "
                        + good.longestMillis() + " ms");
                TimeUnit.SECONDS.sleep(2);
                System.out.println("heap KiB, threads, descriptors, lines logged");
                System.out.println("  before         " + before);
                System.out.println("  after          " + server.ask("rest"));
            }
        }
    }

    /** Sends frames that claim that an attachment of 4 GB follows. */
    private void claims() throws Exception {
        try (Child server = new Child(SiegeServer.class, "vast")) {
            int port = Integer.parseInt(server.response());
            String before = server.ask("rest");
            ByteBuffer claim = ByteBuffer.allocate(21)
                    .putShort((short) 2)
                    .putInt(11)
                    .put("<requests/>".getBytes())
                    .putInt(-1)
                    .flip();
            List<SocketChannel> open = new ArrayList<>();
            int stillOpen = 0;
            for (int i = 0; i < CLAIMS; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.write(claim.duplicate());
                open.add(channel);
            }
            TimeUnit.SECONDS.sleep(1);
            String during = server.ask("rest");
            for (SocketChannel channel : open) {
                channel.configureBlocking(false);
                stillOpen += channel.read(ByteBuffer.allocate(1)) == 0 ? 1 : 0;
                channel.close();
            }
            System.out.println(
                    "claims of 4 GB   " + stillOpen + " at once; heap KiB, threads, descriptors, lines logged");
            System.out.println("  before         " + before);
            System.out.println("  during         " + during);
        }
    }

    private void slowAttackers(boolean tls) throws Exception {
        if (attackers == 0) {
            return;
        }
        String how = tls ? "tls" : "plain";
        try (Child server = new Child(SiegeServer.class, how)) {
            int port = Integer.parseInt(server.response());
            try (GoodClients good = new GoodClients(port, tls, 0)) {
                TimeUnit.SECONDS.sleep(10);
                long alone = rate(good, server, null);
                String count = Integer.toString(attackers);
                try (Child attack = new Child(SlowAttackers.class, Integer.toString(port), count, how)) {
                    attack.response();
                    TimeUnit.SECONDS.sleep(5);
                    good.longestMillis();
                    long[] maxHeap = {0};
                    Duration before = attack.cpu();
                    long besieged = rate(good, server, maxHeap);
                    long cpu = attack.cpu().minus(before).toMillis();
                    String rest = server.ask("rest");
                    System.out.println(attackers + " slow, " + how + "  good clients: " + alone
                            + " mails per second alone, " + besieged + " besieged, " + 100 * besieged / alone + " %; "
                            + good.failed() + " failed " + good.failure() + ", the longest took "
                            + good.longestMillis() + " ms");
                    System.out.println(
                            "  attackers      used " + cpu / (10L * seconds * CPUS) + " % of the processors");
                    System.out.println("  heap           " + maxHeap[0]
                            + " MiB at most; after a collection, in KiB, with threads, descriptors, lines logged: "
                            + rest + "; attackers reconnected: " + attack.ask("end"));
                }
                TimeUnit.SECONDS.sleep(3);
                System.out.println(
                        "  afterwards     " + rate(good, server, null) + " mails per second; " + server.ask("rest"));
            }
        }
    }

    /** The rate of answered mails per second; also measures the maximum heap in MiB, if an array for it is given. */
    private long rate(GoodClients good, Child server, long[] maxHeap) throws Exception {
        long before = good.answered();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            TimeUnit.MILLISECONDS.sleep(500);
            if (maxHeap != null) {
                maxHeap[0] = Math.max(maxHeap[0], Long.parseLong(server.ask("used")));
            }
        }
        return (good.answered() - before) * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    /** A separate JVM. */
    private static final class Child implements AutoCloseable {

        private final Process process;
        private final BufferedReader responses;
        private final PrintStream commands;

        Child(Class<?> main, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    Certificate.get().flag(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            responses = new BufferedReader(new InputStreamReader(process.getInputStream()));
            commands = new PrintStream(process.getOutputStream(), true);
        }

        String response() throws IOException {
            String line = responses.readLine();
            if (line == null || !line.startsWith("ok")) {
                throw new IOException("unexpected output of the JVM: " + line);
            }
            return line.substring(2).strip();
        }

        Duration cpu() {
            return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        String ask(String question) throws IOException {
            commands.println(question);
            return response();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
