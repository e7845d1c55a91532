package com.example.relay;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Sends mail to the relay. The service is available as long as the bus to the relay is ready. */
@Component(service = Submission.class)
@SatisfyingConditionTarget("(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=to-relay))")
public class Submission {

    private final BusClient<Message, Reply> relay;

    @Activate
    public Submission(@Reference(target = "(slimta.bus.name=to-relay)") BusClient<Message, Reply> relay) {
        this.relay = relay;
    }

    public Reply submit(Message message) throws BusException, InterruptedException {
        return relay.sendRequest(List.of(message)).recvResponse().get(0);
    }
}
