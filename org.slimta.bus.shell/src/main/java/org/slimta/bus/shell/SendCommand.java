package org.slimta.bus.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Command {@code slimta-bus:send}, which sends files as mail over a bus. */
@Component(
        service = SendCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=send"})
public final class SendCommand {

    private static final String HELP = """
            Sends files as mail over a bus, one transaction each, and shows the replies.

            usage:    slimta-bus:send [--from A] [--to B]... [--timeout 30s] [--tls] BUS|HOST:PORT FILE...
            example:  slimta-bus:send --from alice@example.com --to bob@example.net relay mail/01-plain.eml
            example:  slimta-bus:send 127.0.0.1:4025 mail/*.eml
            example:  slimta-bus:send --tls-trust ca.pem mx.example.com:4025 mail/*.eml

              --from A         the sender, '' for a bounce; default from the header Return-Path or From
              --to B           a recipient, can be repeated; default from the headers Delivered-To, To, Cc and Bcc
              --timeout TIME   how long to wait for a reply, such as 500ms, 30s or 2m; default 30s
              BUS|HOST:PORT    a configured client or local bus, or the address of a server

            To a HOST:PORT with TLS; a configured client has TLS settings of its own:

              --tls                    use TLS, and trust the issuers of certificates that the JVM trusts
              --tls-trust FILE         use TLS, and trust the issuers in a PEM file or key store
              --tls-certificate FILE   use TLS, and show the certificate in a PEM file
              --tls-key FILE           the key of that certificate, PKCS #8 in a PEM file, not encrypted
              --tls-name NAME          use TLS, and expect the certificate of NAME; default HOST

            The command fails unless all files were accepted.
            """;
    private static final Set<String> OPTIONS = Set.of(
            "--from=",
            "--to=",
            "--timeout=",
            "--tls",
            "--tls-trust=",
            "--tls-certificate=",
            "--tls-key=",
            "--tls-name=");
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Client CLIENT = new Client("", "", "", "", "");
    private static final int MAX_LENGTH = 500;
    private static final int FIRST_PERMANENT_CODE = 500;

    private final MailTargets targets;

    /** Counts files by their outcome. */
    private static final class Tally {
        private int accepted;
        private int deferred;
        private int rejected;
        private int failed;

        void add(Reply reply) {
            if (reply.isAccepted()) {
                accepted++;
            } else if (reply.code() != 0 && reply.code() < FIRST_PERMANENT_CODE) {
                deferred++;
            } else {
                rejected++;
            }
        }

        private int sent() {
            return accepted + deferred + rejected + failed;
        }

        void check() throws CommandException {
            if (accepted < sent()) {
                throw CommandException.of(
                        sent() == 1
                                ? "The mail was not accepted."
                                : (sent() - accepted) + " of " + sent() + " mails were not accepted.");
            }
        }

        @Override
        public String toString() {
            int sent = sent();
            return sent + (sent == 1 ? " file: " : " files: ") + accepted + " accepted, " + deferred + " deferred, "
                    + rejected + " rejected, " + failed + " failed";
        }
    }

    /**
     * Creates the command.
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
     * @param session the session whose directory relative files are in, not null
     * @param arguments options, the bus and the files, or {@code --help}; the shell may pass the files of a pattern as
     *     a list
     * @throws CommandException if a file was not accepted, there is no bus to send to, or the arguments are wrong
     */
    @Descriptor("sends files as mail over a bus")
    public void send(
            CommandSession session,
            @Descriptor("[--from A] [--to B]... [--timeout 30s] [--tls] BUS|HOST:PORT FILE..., or --help")
                    Object... arguments)
            throws CommandException {
        Arguments.run(HELP, OPTIONS, Arguments.flatten(arguments), given -> {
            Duration timeout = given.duration("--timeout", DEFAULT_TIMEOUT);
            List<String> positional = given.positional(2, Integer.MAX_VALUE, "BUS|HOST:PORT", "FILE");
            TlsOptions tls = TlsArguments.read(given, session.currentDir());
            try (MailTarget target = targets.find(positional.get(0), timeout, tls)) {
                send(target, session, positional.subList(1, positional.size()), given);
            }
        });
    }

    private static void send(MailTarget target, CommandSession session, List<String> files, Arguments given)
            throws CommandException {
        long start = System.nanoTime();
        Tally tally = new Tally();
        Output output = new Output(session);
        Path directory = session.currentDir();
        for (String file : InputFiles.expand(directory, files)) {
            try {
                Reply reply = target.send(message(directory, file, given));
                tally.add(reply);
                print(file, (reply.code() == 0 ? "no code" : reply.code()) + " " + reply.message());
            } catch (BusException e) {
                tally.failed++;
                print(file, "failed: " + e.reason() + ": " + e.getMessage());
            } catch (IOException e) {
                tally.failed++;
                print(file, "not sent: " + e.getMessage());
            } catch (InterruptedException e) {
                // The interrupt was meant for this command only: the flag is not set again.
                tally.failed++;
                print(file, "interrupted before the reply arrived");
                break;
            }
            if (output.hasEnded()) {
                break;
            }
        }
        double seconds = (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
        System.out.println(tally + String.format(Locale.ROOT, ", in %.1f s", seconds));
        tally.check();
    }

    private static void print(String file, String what) {
        System.out.println(Table.oneLine(file, MAX_LENGTH) + "  " + Table.oneLine(what, MAX_LENGTH));
    }

    private static Message message(Path directory, String file, Arguments given) throws IOException {
        Contents contents = Contents.of(InputFiles.path(directory, file));
        String sender = given.value("--from");
        if (sender == null) {
            sender = valid(HeaderAddresses.sender(contents), "Return-Path or From", "--from")
                    .get(0);
        }
        List<String> recipients = given.values("--to");
        if (recipients.isEmpty()) {
            recipients = valid(HeaderAddresses.recipients(contents), "Delivered-To, To, Cc or Bcc", "--to");
        }
        Message message = new Message(CLIENT, new Envelope(sender, recipients), contents);
        return message.withQueueing(UUID.randomUUID().toString(), Instant.now(), 0);
    }

    /** {@return all addresses; throws if one of them is invalid, since mail goes to all recipients or to none} */
    private static List<String> valid(Addresses addresses, String headers, String option) throws IOException {
        if (addresses.hasUnreadable()) {
            throw new IOException(
                    "its headers contain invalid addresses: " + addresses.unreadable() + "; use " + option);
        }
        if (addresses.found().isEmpty()) {
            throw new IOException("no address in the headers " + headers + "; use " + option);
        }
        return List.copyOf(addresses.found());
    }
}
