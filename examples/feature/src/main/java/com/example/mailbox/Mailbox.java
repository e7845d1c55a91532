package com.example.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Answers the mail that arrives on the bus {@code mailbox}. */
@Component
@SlimtaBusWhiteboardTarget("(slimta.bus.name=mailbox)")
public final class Mailbox implements RequestHandler<Message, Reply> {

    @Override
    public CompletionStage<List<Reply>> handle(RequestBatch<Message> batch) {
        List<Reply> replies = new ArrayList<>();
        for (Message message : batch.requests()) {
            replies.add(new Reply(250, "Mail of " + message.envelope().sender() + " taken"));
        }
        return CompletableFuture.completedFuture(replies);
    }
}
