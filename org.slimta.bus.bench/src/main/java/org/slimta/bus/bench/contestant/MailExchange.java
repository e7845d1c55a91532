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
        List<Reply> replies = client.sendRequest(mails).recvResponse();
        if (!isRight(replies)) {
            throw new IllegalStateException("unexpected replies: " + replies);
        }
    }

    @Override
    public void send(Completion completion) {
        try {
            client.sendRequest(mails).response().whenComplete((replies, failure) -> {
                if (failure != null) {
                    completion.failed(failure);
                } else if (isRight(replies)) {
                    completion.done();
                } else {
                    completion.failed(new IllegalStateException("unexpected replies: " + replies));
                }
            });
        } catch (InterruptedException e) {
            completion.failed(e);
        }
    }

    private boolean isRight(List<Reply> replies) {
        return replies.size() == mails.size() && replies.get(0).isAccepted();
    }
}
