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
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Finds where mail goes: the client of a configured bus, which is a service, or one that is opened for a host and port. */
final class MailTargets {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):([0-9]{1,5})");
    private static final int HIGHEST_PORT = 65_535;
    private static final String REQUESTS = "mail.message";
    private static final String RESPONSES = "mail.reply";

    private final BusFactory buses;
    private final BundleContext context;

    MailTargets(BusFactory buses, BundleContext context) {
        this.buses = buses;
        this.context = context;
    }

    MailTarget find(String to, Duration timeout) throws CommandException {
        List<ServiceReference<?>> clients = clients();
        for (ServiceReference<?> client : clients) {
            if (to.equals(name(client))) {
                return configured(to, client, timeout);
            }
        }
        Matcher matcher = HOST_AND_PORT.matcher(to);
        if (!matcher.matches()) {
            String names = Table.names(clients.stream().map(MailTargets::name).distinct().toList());
            throw CommandException.of("There is no configured bus '" + to + "' to send over; there are: " + names
                    + ". A server elsewhere is HOST:PORT, as 127.0.0.1:4025.");
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port == 0 || port > HIGHEST_PORT) {
            throw CommandException.of("The port is " + port + "; it must be from 1 to " + HIGHEST_PORT + ".");
        }
        BusClient<Message, Reply> client = buses.newClient(
                matcher.group(1) == null ? matcher.group(2) : matcher.group(1),
                port,
                Message.class,
                Reply.class,
                ClientOptions.builder().responseTimeout(timeout).build());
        return new MailTarget(client, timeout, client::close);
    }

    private MailTarget configured(String name, ServiceReference<?> reference, Duration timeout) throws CommandException {
        check(name, "requests", reference.getProperty(BusConstants.REQUEST_TYPE), REQUESTS);
        check(name, "responses", reference.getProperty(BusConstants.RESPONSE_TYPE), RESPONSES);
        @SuppressWarnings("unchecked") // its types are those of the codecs that were just checked
        BusClient<Message, Reply> client = (BusClient<Message, Reply>) context.getService(reference);
        if (client == null) {
            throw CommandException.of("The bus '" + name + "' has just gone.");
        }
        return new MailTarget(client, timeout, () -> context.ungetService(reference));
    }

    private static void check(String name, String what, Object type, String wanted) throws CommandException {
        if (type != null && !type.equals(wanted)) {
            throw CommandException.of("The bus '" + name + "' is not for mail: the type of its " + what + " is " + type + ", not "
                    + wanted + ".");
        }
    }

    /** By name, those of a higher rank first. */
    private List<ServiceReference<?>> clients() {
        ServiceReference<?>[] found;
        try {
            found = context.getServiceReferences(BusClient.class.getName(), "(" + BusConstants.BUS_NAME + "=*)");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        if (found == null) {
            return List.of();
        }
        Arrays.sort(found, Comparator.<ServiceReference<?>, String>comparing(MailTargets::name)
                .thenComparing(Comparator.reverseOrder()));
        return List.of(found);
    }

    private static String name(ServiceReference<?> reference) {
        return String.valueOf(reference.getProperty(BusConstants.BUS_NAME));
    }
}
