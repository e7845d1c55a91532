package org.slimta.bus.bench.siege;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.bench.contestant.Certificate;
import org.slimta.bus.bench.contestant.Mails;
import org.slimta.bus.standalone.StandaloneBusFactory;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;

/** The server in a separate JVM: it answers every mail, and reports its memory, threads and descriptors. */
final class SiegeServer {

    private static final AtomicLong LOGGED = new AtomicLong();

    private SiegeServer() {}

    /**
     * Serves until its standard input ends.
     *
     * @param args {@code tls}, {@code plain}, or {@code vast} for limits as high as possible
     */
    public static void main(String[] args) throws Exception {
        countLines();
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            ServerOptions.Builder options = ServerOptions.builder();
            if (args[0].equals("tls")) {
                options.tls(Certificate.get().server()).maxConnectionsPerAddress(4000);
            } else if (args[0].equals("vast")) {
                options.maxConnections(20_000)
                        .maxConnectionsPerAddress(20_000)
                        .memoryLimit(1L << 40)
                        .limits(FrameLimits.builder()
                                .maxPartSize(4_294_967_295L)
                                .maxFrameSize(1L << 40)
                                .build());
            }
            BusServer<Message, Reply> server =
                    factory.newServer("127.0.0.1", 0, Message.class, Reply.class, options.build());
            for (int i = 0; i < 2; i++) {
                Thread thread = new Thread(() -> serve(server), "serving-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            System.out.println("ok " + server.address().getPort());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
            String command;
            while ((command = commands.readLine()) != null) {
                System.out.println("ok " + (command.equals("rest") ? rest() : used()));
            }
        }
    }

    private static void countLines() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(String line) {
                LOGGED.incrementAndGet();
            }
        });
    }

    private static void serve(BusServer<Message, Reply> server) {
        try {
            while (true) {
                answer(server.recvRequest(Duration.ofHours(1)));
            }
        } catch (BusException | InterruptedException e) {
            // The server is closed.
        }
    }

    private static void answer(ServerTransaction<Message, Reply> mails) {
        try {
            mails.sendResponse(Collections.nCopies(mails.requests().size(), Mails.OK));
        } catch (BusException e) {
            // The client has disconnected.
        }
    }

    /** The heap that is in use, in MiB. */
    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    /** The heap in KiB after a garbage collection, and the numbers of threads, descriptors and logged lines. */
    private static String rest() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        Runtime runtime = Runtime.getRuntime();
        return ((runtime.totalMemory() - runtime.freeMemory()) >> 10) + " "
                + ManagementFactory.getThreadMXBean().getThreadCount() + " "
                + ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                        .getOpenFileDescriptorCount() + " "
                + LOGGED.get();
    }
}
