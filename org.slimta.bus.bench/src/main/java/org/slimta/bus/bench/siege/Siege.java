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

/** Besieges a server whose heap is small, and says how its good clients fare meanwhile. */
public final class Siege {

    private static final int CLAIMS = 10_000;
    private static final int STEADY = 200;
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
     * @param args how many bad inputs, how many slow attackers, how many seconds these are measured; each may be left out
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
            int port = Integer.parseInt(server.answer());
            List<byte[]> recordings = Mutations.read(Path.of("org.slimta.bus.mail/src/test/resources/transcripts"));
            try (GoodClients good = new GoodClients(port, false, STEADY)) {
                new BadInputs(port, recordings, inputs / 20).run(); // What grows only once has grown then.
                TimeUnit.SECONDS.sleep(2);
                String before = server.ask("rest");
                good.longestMillis();
                long answered = good.answered();
                long start = System.nanoTime();
                BadInputs bad = new BadInputs(port, recordings, inputs);
                bad.run();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                System.out.println("bad inputs       " + inputs + " in " + millis / 1000 + " s, " + inputs * 1000 / millis
                        + " a second; " + bad);
                System.out.println("good clients     " + (good.answered() - answered) + " mails answered, " + good.failed()
                        + " failed " + good.failure() + ", the longest took " + good.longestMillis() + " ms");
                TimeUnit.SECONDS.sleep(2);
                System.out.println("heap KiB, threads, descriptors, lines logged");
                System.out.println("  before         " + before);
                System.out.println("  after          " + server.ask("rest"));
            }
        }
    }

    /** Each says that an attachment of 4 GB follows. */
    private void claims() throws Exception {
        try (Child server = new Child(SiegeServer.class, "vast")) {
            int port = Integer.parseInt(server.answer());
            String before = server.ask("rest");
            ByteBuffer claim = ByteBuffer.allocate(21)
                    .putShort((short) 2)
                    .putInt(11)
                    .put("<requests/>".getBytes())
                    .putInt(-1)
                    .flip();
            List<SocketChannel> open = new ArrayList<>();
            int there = 0;
            for (int i = 0; i < CLAIMS; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.write(claim.duplicate());
                open.add(channel);
            }
            TimeUnit.SECONDS.sleep(1);
            String during = server.ask("rest");
            for (SocketChannel channel : open) {
                channel.configureBlocking(false);
                there += channel.read(ByteBuffer.allocate(1)) == 0 ? 1 : 0;
                channel.close();
            }
            System.out.println("claims of 4 GB   " + there + " at once; heap KiB, threads, descriptors, lines logged");
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
            int port = Integer.parseInt(server.answer());
            try (GoodClients good = new GoodClients(port, tls, 0)) {
                TimeUnit.SECONDS.sleep(10);
                long alone = rate(good, server, null);
                try (Child attack = new Child(SlowAttackers.class, Integer.toString(port), Integer.toString(attackers), how)) {
                    attack.answer();
                    TimeUnit.SECONDS.sleep(5);
                    good.longestMillis();
                    long[] most = {0};
                    Duration before = attack.cpu();
                    long besieged = rate(good, server, most);
                    long cpu = attack.cpu().minus(before).toMillis();
                    String rest = server.ask("rest");
                    System.out.println(attackers + " slow, " + how + "  good clients: " + alone + " mails a second alone, "
                            + besieged + " besieged, " + 100 * besieged / alone + " %; " + good.failed() + " failed "
                            + good.failure() + ", the longest took " + good.longestMillis() + " ms");
                    System.out.println("  attackers      took " + cpu / (10L * seconds * CPUS) + " % of the machine for themselves");
                    System.out.println("  the heap used  " + most[0] + " MiB at most; at rest, in KiB, with threads, descriptors,"
                            + " lines logged: " + rest + "; attackers came again: " + attack.ask("end"));
                }
                TimeUnit.SECONDS.sleep(3);
                System.out.println("  afterwards     " + rate(good, server, null) + " mails a second; " + server.ask("rest"));
            }
        }
    }

    private long rate(GoodClients good, Child server, long[] most) throws Exception {
        long before = good.answered();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            TimeUnit.MILLISECONDS.sleep(500);
            if (most != null) {
                most[0] = Math.max(most[0], Long.parseLong(server.ask("used")));
            }
        }
        return (good.answered() - before) * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    /** Another JVM. */
    private static final class Child implements AutoCloseable {

        private final Process process;
        private final BufferedReader answers;
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
            answers = new BufferedReader(new InputStreamReader(process.getInputStream()));
            commands = new PrintStream(process.getOutputStream(), true);
        }

        String answer() throws IOException {
            String line = answers.readLine();
            if (line == null || !line.startsWith("ok")) {
                throw new IOException("the JVM said " + line);
            }
            return line.substring(2).strip();
        }

        Duration cpu() {
            return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        String ask(String question) throws IOException {
            commands.println(question);
            return answer();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
