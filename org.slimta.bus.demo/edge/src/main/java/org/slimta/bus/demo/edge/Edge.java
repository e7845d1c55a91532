package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.addresses.VisibleText;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * The main program of the demo. The launcher runs it on the main thread and exits with the status that it returns: 0 if
 * every mail is accounted for, 1 if not, 2 if there is no mail to send.
 */
@Component(service = Callable.class, property = "main.thread=true")
public final class Edge implements Callable<Integer> {

    private static final int THREADS = 8;
    private static final int RELAY_CHECKS = 50;
    private static final int RELAY_CHECK_INTERVAL_MILLIS = 100;
    private static final String RELAY_BUNDLE = "org.slimta.bus.demo.relay";

    private final BusClient<Message, Reply> bus;
    private final BundleContext context;

    @Activate
    public Edge(@Reference(target = "(slimta.bus.name=inbound)") BusClient<Message, Reply> bus, BundleContext context) {
        this.bus = bus;
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        int rounds = Integer.parseInt(context.getProperty("demo.rounds"));
        Path maildir;
        MailSource source;
        try {
            maildir = Path.of(context.getProperty("demo.maildir"));
            source = MailSource.read(Path.of(context.getProperty("demo.mail")));
        } catch (IOException | InvalidPathException e) {
            System.err.println("demo: no mail to send: " + why(e) + "; see ./demo --help");
            return 2;
        }
        if (!isRelayRegistered()) {
            System.err.println(
                    "demo: the relay did not start, see above; if its port is in use, choose another one with --port");
            return 2;
        }
        ConsolePage page = new ConsolePage(context);
        if (page.isWanted() && !page.awaitAnswer()) {
            System.err.println("demo: the page does not answer at " + page.address()
                    + "; if its port is in use, choose another one with --console PORT");
            return 2;
        }
        List<Mail> mails = source.mails();
        int total = mails.size() * rounds;
        source.leftOut().forEach(line -> System.out.println("left out    " + line));
        System.out.println(
                mails.size() + " mails of " + context.getProperty("demo.mail") + ", sent " + rounds + " times:");
        System.out.println("edge -> local bus -> router (a proxy) -> socket bus -> relay -> " + maildir);
        sayWhereThePageIs(page);
        System.out.println();
        Progress progress = new Progress(System.out, total);
        String replacement = sendAll(mails, total, progress, new Pace(page.isWanted()));
        int status = progress.finish(new Delivered(maildir), replacement) ? 0 : 1;
        if (page.isWanted()) {
            sayWhereThePageIs(page);
            System.out.println("The page stays there until you end the demo with Ctrl-C.");
            new CountDownLatch(1).await();
        }
        return status;
    }

    private static void sayWhereThePageIs(ConsolePage page) {
        if (page.isWanted()) {
            System.out.println();
            System.out.println("See the buses at " + page.address() + " (" + page.login() + ")");
        }
    }

    private static String why(Exception e) {
        if (e instanceof InvalidPathException invalid) {
            return "'" + VisibleText.of(invalid.getInput()) + "' is not a valid file name in this locale ("
                    + invalid.getReason() + "); set LC_ALL to a UTF-8 locale, such as C.UTF-8";
        }
        return e instanceof AccessDeniedException ? e.getMessage() + ": permission denied" : e.getMessage();
    }

    /**
     * Waits for the relay, which may start after this component; if it does not start soon, it will not start at all.
     */
    private boolean isRelayRegistered() throws InvalidSyntaxException, InterruptedException {
        for (int i = 0; i < RELAY_CHECKS; i++) {
            if (!context.getServiceReferences(BusServer.class, "(slimta.bus.name=relay)")
                    .isEmpty()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(RELAY_CHECK_INTERVAL_MILLIS);
        }
        return false;
    }

    private String sendAll(List<Mail> mails, int total, Progress progress, Pace pace)
            throws InterruptedException, ExecutionException {
        Sending sending = new Sending(bus);
        Replacement replacement = new Replacement(context, RELAY_BUNDLE);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            Future<String> replaced = threads.submit(() -> replace(replacement, progress));
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < total; i++) {
                Mail mail = mails.get(i % mails.size());
                pace.awaitNext();
                String id = String.format("%06d", i + 1);
                sent.add(threads.submit(() -> {
                    progress.done(sending.send(mail, id));
                    return null;
                }));
            }
            for (Future<?> each : sent) {
                each.get();
            }
            return replaced.get();
        } finally {
            threads.shutdownNow();
        }
    }

    private static String replace(Replacement replacement, Progress progress) throws InterruptedException {
        progress.awaitHalf();
        int before = progress.count();
        progress.say("------ the relay's bundle is being replaced, after " + before + " replies");
        try {
            replacement.run();
        } catch (IOException | BundleException | RuntimeException e) {
            progress.say("------ the relay's bundle could not be replaced: " + e);
            return null;
        }
        progress.say("------ the relay's bundle has been replaced, after " + progress.count() + " replies");
        return "replaced once, between the replies " + before + " and " + (progress.count() + 1);
    }
}
