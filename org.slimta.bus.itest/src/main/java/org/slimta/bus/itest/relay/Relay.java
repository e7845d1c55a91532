package org.slimta.bus.itest.relay;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Says Ok to all mail. */
@Component
public class Relay {

    private final BusServer<Message, Reply> server;

    @Activate
    public Relay(@Reference BusFactory buses) throws BusException {
        server = buses.newServer("127.0.0.1", 4025, Message.class, Reply.class);
        server.serve(this::handle);
    }

    private CompletionStage<List<Reply>> handle(RequestBatch<Message> batch) {
        return CompletableFuture.completedFuture(
                batch.requests().stream().map(this::deliver).toList());
    }

    private Reply deliver(Message message) {
        return new Reply(250, "Ok: from " + message.envelope().sender());
    }

    @Deactivate
    public void close() {
        server.close();
    }
}
