package org.slimta.bus.bench.contestant;

import java.util.Collections;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Replies Ok to every mail. */
final class MailServing implements Runnable {

    private final BusServer<Message, Reply> server;

    private MailServing(BusServer<Message, Reply> server) {
        this.server = server;
    }

    static void start(BusServer<Message, Reply> server, int threads) {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(new MailServing(server), "mail-server-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void run() {
        while (true) {
            try {
                ServerTransaction<Message, Reply> mails = server.recvRequest();
                mails.sendResponse(Collections.nCopies(mails.requests().size(), Mails.OK));
            } catch (BusException e) {
                if (e.reason() == Reason.CLOSED) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
