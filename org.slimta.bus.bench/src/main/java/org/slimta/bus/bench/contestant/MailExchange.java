package org.slimta.bus.bench.contestant;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Sends mails over a bus. */
final class MailExchange implements Exchange {

    private final BusClient<Message, Reply> client;
    private final List<Message> mails;

    MailExchange(BusClient<Message, Reply> client, Payload payload) {
        this.client = client;
        mails = Mails.of(payload);
    }

    @Override
    public void call() throws Exception {
        check(client.sendRequest(mails).recvResponse());
    }

    @Override
    public void send(Completion completion) {
        try {
            client.sendRequest(mails).response().whenComplete((replies, failure) -> {
                if (failure == null) {
                    check(replies);
                    completion.done();
                } else {
                    completion.failed(failure);
                }
            });
        } catch (InterruptedException e) {
            completion.failed(e);
        }
    }

    private void check(List<Reply> replies) {
        if (replies.size() != mails.size() || !replies.get(0).isAccepted()) {
            throw new IllegalStateException("answered by " + replies);
        }
    }
}
