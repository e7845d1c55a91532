package org.slimta.bus.shell;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * Finds the client to send mail with: that of a configured bus, which is a service, or a new one for a host and port.
 */
final class MailTargets {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;
    private static final String REQUEST_TYPE = "mail.message";
    private static final String RESPONSE_TYPE = "mail.reply";

    private final BusFactory buses;
    private final BundleContext context;

    MailTargets(BusFactory buses, BundleContext context) {
        this.buses = buses;
        this.context = context;
    }

    /**
     * Finds a client.
     *
     * @param to the name of a configured bus, or a host and port
     * @param timeout how long to wait for a response
     * @param tls the options of TLS to a host and port, or null for none
     */
    MailTarget find(String to, Duration timeout, TlsOptions tls) throws CommandException {
        List<ServiceReference<?>> clients = clients();
        for (ServiceReference<?> client : clients) {
            if (to.equals(name(client))) {
                if (tls != null) {
                    throw CommandException.of("The options --tls... are for HOST:PORT. The configuration of the bus '"
                            + to + "' has its TLS settings.");
                }
                return configured(to, client, timeout);
            }
        }
        Matcher matcher = HOST_AND_PORT.matcher(to);
        if (!matcher.matches()) {
            String names = Table.names(
                    clients.stream().map(MailTargets::name).distinct().toList());
            throw CommandException.of("There is no configured bus '" + to + "' to send to. Configured buses: " + names
                    + ". For any other server give HOST:PORT, such as 127.0.0.1:4025.");
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port == 0 || port > MAX_PORT) {
            throw CommandException.of("The port is " + port + "; it must be from 1 to " + MAX_PORT + ".");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        ClientOptions options =
                ClientOptions.builder().responseTimeout(timeout).tls(tls).build();
        BusClient<Message, Reply> client = buses.newClient(host, port, Message.class, Reply.class, options);
        return new MailTarget(client, timeout, client::close);
    }

    private MailTarget configured(String name, ServiceReference<?> reference, Duration timeout)
            throws CommandException {
        check(name, "request", reference.getProperty(BusConstants.REQUEST_TYPE), REQUEST_TYPE);
        check(name, "response", reference.getProperty(BusConstants.RESPONSE_TYPE), RESPONSE_TYPE);
        @SuppressWarnings("unchecked") // The types of its codecs were just checked.
        BusClient<Message, Reply> client = (BusClient<Message, Reply>) context.getService(reference);
        if (client == null) {
            throw CommandException.of("The bus '" + name + "' was just closed.");
        }
        return new MailTarget(client, timeout, () -> context.ungetService(reference));
    }

    private static void check(String name, String kind, Object type, String expected) throws CommandException {
        if (type != null && !type.equals(expected)) {
            throw CommandException.of("The bus '" + name + "' does not carry mail: its " + kind + " type is " + type
                    + ", not " + expected + ".");
        }
    }

    /** {@return the clients of configured buses, by name, the highest ranking of each name first} */
    private List<ServiceReference<?>> clients() {
        ServiceReference<?>[] references;
        try {
            references = context.getServiceReferences(BusClient.class.getName(), "(" + BusConstants.BUS_NAME + "=*)");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        if (references == null) {
            return List.of();
        }
        Arrays.sort(
                references,
                Comparator.<ServiceReference<?>, String>comparing(MailTargets::name)
                        .thenComparing(Comparator.reverseOrder()));
        return List.of(references);
    }

    private static String name(ServiceReference<?> reference) {
        return String.valueOf(reference.getProperty(BusConstants.BUS_NAME));
    }
}
