package org.slimta.bus.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.bench.contestant.Contestant;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.contestant.Server;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Work;

/**
 * The main class of the JVM of a contestant. It responds to each line on its standard input with one line on its
 * standard output, and exits at the end of its input.
 */
public final class Agent {

    private final PrintStream out;
    private final Client client;
    private IdleConnections idle;

    private Agent(PrintStream out, Client client) {
        this.out = out;
        this.client = client;
    }

    /**
     * Starts one side of a contestant.
     *
     * @param args {@code server NAME}, {@code client NAME PORT} or {@code local NAME}
     */
    public static void main(String[] args) {
        PrintStream out = System.out;
        System.setOut(System.err);
        try {
            BlockingQueue<String> commands = readCommands();
            Contestant contestant = Contestants.of(args[1]);
            Client client = null;
            switch (args[0]) {
                case "server" -> {
                    Server server = contestant.serve();
                    out.println("ok " + server.port());
                }
                case "client" -> {
                    client = contestant.connect(Integer.parseInt(args[2]));
                    out.println("ok");
                }
                case "local" -> {
                    client = contestant.open();
                    out.println("ok");
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
            new Agent(out, client).execute(commands);
        } catch (Exception | LinkageError e) {
            out.println("failed " + describe(e));
            Runtime.getRuntime().halt(1);
        }
    }

    private static BlockingQueue<String> readCommands() {
        BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    commands.add(line);
                }
            } catch (IOException e) {
                // Treated as the end of the input.
            }
            Runtime.getRuntime().halt(0);
        });
        reader.setDaemon(true);
        reader.start();
        return commands;
    }

    private void execute(BlockingQueue<String> commands) throws InterruptedException {
        while (true) {
            String[] command = commands.take().split(" ");
            try {
                out.println("ok " + execute(command));
            } catch (Exception | LinkageError e) {
                out.println("failed " + describe(e));
            }
        }
    }

    private String execute(String[] command) throws Exception {
        switch (command[0]) {
            case "run" -> {
                long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(command[2]));
                return Work.valueOf(command[1]).measure().run(client, nanos).line();
            }
            case "open" -> {
                idle = IdleConnections.open(
                        client, Integer.parseInt(command[1]), Integer.parseInt(command[2]), command[3]);
                return "";
            }
            case "close" -> {
                idle.close();
                return "";
            }
            case "descriptors" -> {
                return Long.toString(Descriptors.count());
            }
            case "heap" -> {
                Descriptors.await(Long.parseLong(command[1]), Long.parseLong(command[2]));
                return Long.toString(usedHeap());
            }
            default -> throw new IllegalArgumentException(command[0]);
        }
    }

    private static long usedHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String describe(Throwable failure) {
        StringBuilder description = new StringBuilder(failure.toString());
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            description.append(" <- ").append(cause);
        }
        return description.toString().replaceAll("\\s+", " ");
    }
}
