package org.slimta.bus.itest.relay;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Says Ok to all mail. */
@Component
public class Relay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final BusServer<Message, Reply> server;

    @Activate
    public Relay(@Reference BusFactory buses) throws BusException {
        server = buses.newServer("127.0.0.1", 4025, Message.class, Reply.class);
        new Thread(this::serve, "relay").start();
    }

    private void serve() {
        while (true) {
            ServerTransaction<Message, Reply> mail;
            try {
                mail = server.recvRequest();
            } catch (InterruptedException e) {
                return;
            } catch (BusException e) {
                if (e.reason() == Reason.CLOSED) return;
                continue; // TIMEOUT: nobody sent anything for a while
            }
            try {
                mail.sendResponse(mail.requests().stream().map(this::deliver).toList());
            } catch (BusException e) {
                log.warn("Not answered: {}", e.getMessage());
            }
        }
    }

    private Reply deliver(Message message) {
        return new Reply(250, "Ok: from " + message.envelope().sender());
    }

    @Deactivate
    public void close() {
        server.close();
    }
}
