package org.slimta.bus.itest.edge;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Sends mail to the relay. */
@Component(service = Edge.class)
public class Edge {

    private final BusClient<Message, Reply> relay;

    @Activate
    public Edge(@Reference BusFactory buses) {
        relay = buses.newClient("127.0.0.1", 4025, Message.class, Reply.class);
    }

    public Reply send(Message message) throws BusException, InterruptedException {
        return relay.sendRequest(List.of(message)).recvResponse().get(0);
    }
}
