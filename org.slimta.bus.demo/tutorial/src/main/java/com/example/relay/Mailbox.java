package com.example.relay;

import java.io.IOException;
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

/** Accepts mail for example.net, and refuses all other mail. */
@Component
@SlimtaBusWhiteboardTarget("(slimta.bus.name=relay)")
public class Mailbox implements RequestHandler<Message, Reply> {

    @Override
    public CompletionStage<List<Reply>> handle(RequestBatch<Message> batch) throws IOException {
        List<Reply> replies = new ArrayList<>();
        for (Message message : batch.requests()) {
            boolean ours = message.envelope().recipients().stream().allMatch(to -> to.endsWith("@example.net"));
            replies.add(ours
                    ? new Reply(250, "Taken, stamped " + message.contents().header("X-Stamp"))
                    : new Reply(550, "Not one of ours"));
        }
        return CompletableFuture.completedFuture(replies);
    }
}
