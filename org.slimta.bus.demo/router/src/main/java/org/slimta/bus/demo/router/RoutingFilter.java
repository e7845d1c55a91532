package org.slimta.bus.demo.router;

import java.io.IOException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope.Destination;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Puts a {@code Received:} header in front of each message and sets its destination. Does not block. */
final class RoutingFilter implements BusFilter<Message, Reply> {

    private final Destination destination;

    RoutingFilter(String host, int port) {
        destination = new Destination(host, "slimta.bus", port);
    }

    @Override
    public CompletionStage<List<Reply>> filter(RequestBatch<Message> batch, BusClient<Message, Reply> to)
            throws Exception {
        List<Message> routed = new ArrayList<>(batch.requests().size());
        for (Message message : batch.requests()) {
            routed.add(message.withContents(received(message))
                    .withEnvelope(message.envelope().withDestination(destination)));
        }
        return to.sendRequest(routed).response();
    }

    private static Contents received(Message message) throws IOException {
        Client client = message.client();
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneId.systemDefault()));
        String value = String.format(
                "from %s ([%s])%n\tby %s with %s id %s; %s",
                client.ehlo(), client.ip(), client.receiver(), client.protocol(), message.id(), date);
        return message.contents().withHeader("Received", value);
    }
}
