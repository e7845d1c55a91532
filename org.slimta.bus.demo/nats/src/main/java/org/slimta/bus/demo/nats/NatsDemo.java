package org.slimta.bus.demo.nats;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.demo.edge.Delivered;
import org.slimta.bus.demo.edge.Mail;
import org.slimta.bus.demo.edge.MailSource;
import org.slimta.bus.demo.edge.Progress;
import org.slimta.bus.demo.edge.Sending;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * The main program of the demo over NATS. It ends with the status 0 if every mail is accounted for, 1 if not, 2 if there is nothing to
 * send, or no nats-server.
 */
final class NatsDemo {

    private static final int THREADS = 8;
    private static final int RELAYS = 3;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private NatsDemo() {}

    /** Runs the demo. Its settings are system properties: demo.mail, demo.maildir and demo.rounds. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run());
    }

    static StandaloneBusFactory buses() {
        return new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    }

    private static int run() throws Exception {
        Path program = Node.program();
        if (program == null) {
            System.err.println(
                    "demo: nats-server is missing; install it, for example with apt-get install nats-server");
            return 2;
        }
        int rounds = Integer.getInteger("demo.rounds");
        Path maildir = Path.of(System.getProperty("demo.maildir"));
        MailSource source;
        try {
            source = MailSource.read(Path.of(System.getProperty("demo.mail")));
        } catch (IOException e) {
            System.err.println("demo: no mail to send: " + e.getMessage() + "; see ./demo --help");
            return 2;
        }
        List<Process> relays = new ArrayList<>();
        try (Node node = Node.start(program)) {
            for (int i = 1; i <= RELAYS; i++) {
                relays.add(startRelay("relay" + i, node, maildir));
            }
            source.leftOut().forEach(line -> System.out.println("left out    " + line));
            System.out.println(source.mails().size() + " mails of " + System.getProperty("demo.mail") + ", sent "
                    + rounds + " times:");
            System.out.println("edge -> a node of NATS -> one of " + RELAYS + " relays -> " + maildir);
            System.out.println();
            return send(source.mails(), rounds, node, relays, new Delivered(maildir)) ? 0 : 1;
        } finally {
            relays.forEach(Process::destroy);
        }
    }

    private static Process startRelay(String name, Node node, Path maildir) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        NatsRelay.class.getName(),
                        name,
                        node.url(),
                        maildir.toString())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static boolean send(List<Mail> mails, int rounds, Node node, List<Process> relays, Delivered delivered)
            throws IOException, InterruptedException, ExecutionException {
        int total = mails.size() * rounds;
        Progress progress = new Progress(System.out, total);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        NatsOptions options =
                NatsOptions.builder().name("edge").servers(List.of(node.url())).build();
        // The first mails wait for the first relay.
        ClientOptions patient =
                ClientOptions.builder().sendTimeout(START_TIMEOUT).build();
        try (StandaloneBusFactory buses = buses();
                NatsBusFactory nats = new NatsBusFactory(options, buses);
                BusClient<Message, Reply> client = nats.newClient("relay", Message.class, Reply.class, patient)) {
            Sending sending = new Sending(client);
            Future<String> killed = threads.submit(() -> kill(relays.get(0), progress));
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < total; i++) {
                Mail mail = mails.get(i % mails.size());
                String id = String.format("%06d", i + 1);
                sent.add(threads.submit(() -> {
                    progress.done(sending.send(mail, id));
                    return null;
                }));
            }
            for (Future<?> each : sent) {
                each.get();
            }
            return progress.finish(delivered, killed.get());
        } finally {
            threads.shutdownNow();
        }
    }

    private static String kill(Process relay, Progress progress) throws InterruptedException {
        progress.awaitHalf();
        int before = progress.count();
        relay.destroyForcibly().waitFor();
        progress.say(
                "------ one of the relays was killed, after " + before + " replies; mail in its hands is sent again");
        return "one of " + RELAYS + " killed, after " + before + " replies";
    }
}
