package org.slimta.bus.shell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.addresses.Addresses;
import org.slimta.bus.addresses.HeaderAddresses;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Command {@code slimta-bus:send}: sends files as mail over a bus. */
@Component(
        service = SendCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=send"})
public final class SendCommand {

    private static final String HELP =
            """
            Sends files as mail over a bus, one transaction each, and shows the replies.

            usage:    slimta-bus:send [--from A] [--to B]... [--timeout 30s] BUS|HOST:PORT FILE...
            example:  slimta-bus:send --from alice@example.com --to bob@example.net relay mail/01-plain.eml
            example:  slimta-bus:send 127.0.0.1:4025 mail/*.eml

              --from A         the sender, '' for a bounce; if not said, of the header Return-Path or From
              --to B           a recipient, may be given again; if not said, of the headers Delivered-To, To, Cc and Bcc
              --timeout TIME   how long to wait for a reply: 500ms, 30s, 2m; 30s if not said
              BUS|HOST:PORT    a configured bus that has a client end, or a server's address
            """;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Client CLIENT = new Client("", "", "", "", "");
    private static final int WIDEST = 500;
    private static final int REFUSED = 500;

    private final MailTargets targets;

    /** How many files came to which end. */
    private static final class Tally {
        private int accepted;
        private int putOff;
        private int refused;
        private int failed;

        void add(Reply reply) {
            if (reply.isAccepted()) {
                accepted++;
            } else if (reply.code() != 0 && reply.code() < REFUSED) {
                putOff++;
            } else {
                refused++;
            }
        }

        @Override
        public String toString() {
            int sent = accepted + putOff + refused + failed;
            return sent + (sent == 1 ? " file: " : " files: ") + accepted + " accepted, " + putOff + " put off, " + refused
                    + " refused, " + failed + " failed";
        }
    }

    /**
     * The command.
     *
     * @param buses opens a client for a host and port, not null
     * @param context finds the clients of configured buses, not null
     */
    @Activate
    public SendCommand(@Reference BusFactory buses, BundleContext context) {
        targets = new MailTargets(buses, context);
    }

    /**
     * Sends files and prints the replies.
     *
     * @param session whose folder relative files are in, not null
     * @param arguments options, the bus and the files, or {@code --help}; the shell gives files of a pattern as a list
     */
    @Descriptor("sends files as mail over a bus")
    public void send(
            CommandSession session,
            @Descriptor("[--from A] [--to B]... [--timeout 30s] BUS|HOST:PORT FILE..., or --help") Object... arguments) {
        Arguments.run(HELP, Set.of("--from", "--to", "--timeout"), Arguments.flat(arguments), given -> {
            Duration timeout = given.duration("--timeout", TIMEOUT);
            List<String> rest = given.rest(2, Integer.MAX_VALUE, "BUS|HOST:PORT", "FILE");
            try (MailTarget target = targets.find(rest.get(0), timeout)) {
                send(target, session, rest.subList(1, rest.size()), given);
            }
        });
    }

    private static void send(MailTarget target, CommandSession session, List<String> files, Arguments given) {
        long begun = System.nanoTime();
        Tally tally = new Tally();
        Output output = new Output(session);
        Path folder = session.currentDir();
        for (String file : expand(folder, files)) {
            try {
                Reply reply = target.send(message(folder, file, given));
                tally.add(reply);
                print(file, (reply.code() == 0 ? "no code" : reply.code()) + " " + reply.message());
            } catch (BusException e) {
                tally.failed++;
                print(file, "failed: " + e.reason() + ": " + e.getMessage());
            } catch (IOException e) {
                tally.failed++;
                print(file, "not sent: " + e.getMessage());
            } catch (InterruptedException e) {
                // Whoever interrupts wants this command to end, and nothing else: the flag is not set again.
                tally.failed++;
                print(file, "interrupted: the reply was not waited for");
                break;
            }
            if (output.isGone()) {
                break;
            }
        }
        double seconds = (double) (System.nanoTime() - begun) / TimeUnit.SECONDS.toNanos(1);
        System.out.println(tally + String.format(Locale.ROOT, ", in %.1f s", seconds));
    }

    private static void print(String file, String what) {
        System.out.println(Table.oneLine(file, WIDEST) + "  " + Table.oneLine(what, WIDEST));
    }

    private static Message message(Path folder, String file, Arguments given) throws IOException {
        Contents contents = Contents.of(path(folder, file));
        String sender = given.value("--from");
        if (sender == null) {
            sender = readable(HeaderAddresses.sender(contents), "Return-Path or From", "--from").get(0);
        }
        List<String> recipients = given.values("--to");
        if (recipients.isEmpty()) {
            recipients = readable(HeaderAddresses.recipients(contents), "Delivered-To, To, Cc or Bcc", "--to");
        }
        Message message = new Message(CLIENT, new Envelope(sender, recipients), contents);
        return message.withQueueing(UUID.randomUUID().toString(), Instant.now(), 0);
    }

    /** All that is read, unless there is something that cannot be read: mail goes to everybody or to nobody. */
    private static List<String> readable(Addresses addresses, String headers, String option) throws IOException {
        if (addresses.hasUnreadable()) {
            throw new IOException("it has headers with what cannot be read as an address: " + addresses.unreadable() + "; give "
                    + option);
        }
        if (addresses.found().isEmpty()) {
            throw new IOException("it has no header " + headers + " with an address; give " + option);
        }
        return List.copyOf(addresses.found());
    }

    /** A shell may leave patterns as they are, as Karaf's does. */
    private static List<String> expand(Path folder, List<String> files) {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            List<String> found = file.indexOf('*') >= 0 || file.indexOf('?') >= 0 ? matching(folder, file) : List.of();
            all.addAll(found.isEmpty() ? List.of(file) : found);
        }
        return all;
    }

    private static List<String> matching(Path folder, String pattern) {
        int slash = pattern.lastIndexOf('/') + 1;
        String start = pattern.substring(0, slash);
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(path(folder, start.isEmpty() ? "." : start, true), pattern.substring(slash))) {
            files.forEach(file -> found.add(start + file.getFileName()));
        } catch (IOException | IllegalArgumentException | DirectoryIteratorException e) {
            return List.of(); // It is told as a file that is not there.
        }
        found.sort(null);
        return found;
    }

    private static Path path(Path folder, String file) throws IOException {
        return path(folder, file, false);
    }

    private static Path path(Path folder, String file, boolean isFolder) throws IOException {
        Path path;
        try {
            path = folder == null ? Path.of(file) : folder.resolve(file);
        } catch (InvalidPathException e) {
            throw new IOException("no file can have that name", e);
        }
        if (isFolder) {
            return path;
        }
        if (Files.isDirectory(path)) {
            throw new IOException("it is a folder; give its files, as " + file + "/*.eml");
        }
        if (!Files.exists(path)) {
            throw new IOException("there is no file " + path.toAbsolutePath().normalize());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("it is neither a file nor a folder, but a pipe or a device");
        }
        if (!Files.isReadable(path)) {
            throw new IOException("permission denied");
        }
        return path;
    }
}
