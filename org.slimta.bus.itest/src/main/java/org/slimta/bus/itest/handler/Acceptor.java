package org.slimta.bus.itest.handler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Accepts all mail that a bus named {@code relay} receives. */
@Component(property = "mark=revision-1")
@SlimtaBusWhiteboardTarget("(slimta.bus.name=relay)")
public final class Acceptor implements RequestHandler<Message, Reply> {

    private final String mark;

    @Activate
    public Acceptor(Map<String, Object> properties) {
        mark = (String) properties.get("mark");
    }

    @Override
    public CompletionStage<List<Reply>> handle(RequestBatch<Message> batch) {
        List<Reply> replies = new ArrayList<>();
        for (Message message : batch.requests()) {
            String id = message.id();
            if (Handled.again(id)) {
                replies.add(new Reply(554, id + " was handled before"));
            } else {
                Envelope.Destination destination = message.envelope().destination();
                String routed = destination == null ? "" : " for " + destination.host();
                replies.add(new Reply(250, id + " handled by " + mark + routed));
            }
        }
        return CompletableFuture.completedFuture(replies);
    }
}
