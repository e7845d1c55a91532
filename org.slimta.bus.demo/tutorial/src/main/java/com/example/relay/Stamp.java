package com.example.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.whiteboard.SlimtaBusWhiteboardTarget;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Puts a header in front of each message that passes. */
@Component
@SlimtaBusWhiteboardTarget("(slimta.bus.name=relay)")
public class Stamp implements BusFilter<Message, Reply> {

    @Override
    public CompletionStage<List<Reply>> filter(RequestBatch<Message> batch, BusClient<Message, Reply> to) throws Exception {
        List<Message> stamped = new ArrayList<>();
        for (Message message : batch.requests()) {
            stamped.add(message.withContents(message.contents().withHeader("X-Stamp", "passed")));
        }
        return to.sendRequest(stamped).response();
    }
}
