package org.slimta.bus.demo.nats;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.demo.relay.Delivery;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A relay in a process of its own. It ends when the process that has started it does. */
final class NatsRelay {

    private NatsRelay() {}

    /**
     * Runs a relay.
     *
     * @param arguments its name, the node, and the folder of the Maildirs
     */
    public static void main(String[] arguments) throws Exception {
        Delivery delivery = new Delivery(Path.of(arguments[2]), Set.of("locked@example.org"));
        NatsOptions options = NatsOptions.builder()
                .name(arguments[0])
                .servers(List.of(arguments[1]))
                .build();
        try (StandaloneBusFactory buses = NatsDemo.buses();
                NatsBusFactory nats = new NatsBusFactory(options, buses);
                BusServer<Message, Reply> server =
                        nats.newServer("relay", Message.class, Reply.class, ServerOptions.defaults())) {
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests().stream()
                    .map(message -> deliver(delivery, message, arguments[0]))
                    .toList()));
            System.in.readAllBytes();
        }
    }

    /** Delivers a message with a {@code Received:} header in front. */
    private static Reply deliver(Delivery delivery, Message message, String relay) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneId.systemDefault()));
        String value = String.format(
                "from %s ([%s])%n\tby %s.example.com with %s id %s; %s",
                message.client().ehlo(),
                message.client().ip(),
                relay,
                message.client().protocol(),
                message.id(),
                date);
        try {
            return delivery.deliver(message.withContents(message.contents().withHeader("Received", value)));
        } catch (IOException e) {
            return new Reply(450, "4.3.0 cannot read the message at the moment: " + e);
        }
    }
}
