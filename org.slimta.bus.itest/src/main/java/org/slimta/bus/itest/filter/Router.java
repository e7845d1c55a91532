package org.slimta.bus.itest.filter;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.mail.Envelope.Destination;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Gives all mail of a bus named {@code relay} a destination, and marks the replies. */
@Component(property = "mark=revision-1")
@SlimtaBusWhiteboardTarget("(slimta.bus.name=relay)")
public final class Router implements BusFilter<Message, Reply> {

    private final String mark;

    @Activate
    public Router(Map<String, Object> properties) {
        mark = (String) properties.get("mark");
    }

    @Override
    public CompletionStage<List<Reply>> filter(RequestBatch<Message> batch, BusClient<Message, Reply> to)
            throws Exception {
        List<Message> routed = batch.requests().stream()
                .map(message -> message.withEnvelope(
                        message.envelope().withDestination(new Destination("next.example.org", "smtp", 25))))
                .toList();
        return to.sendRequest(routed)
                .response()
                .thenApply(replies -> replies.stream()
                        .map(reply -> new Reply(reply.code(), reply.message() + ", routed by " + mark))
                        .toList());
    }
}
