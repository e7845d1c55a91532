package org.slimta.bus.bench.contestant;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.aries.rsa.provider.fastbin.api.AsyncCallback;
import org.apache.aries.rsa.provider.fastbin.tcp.ClientInvokerImpl;
import org.fusesource.hawtdispatch.Dispatch;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** The client of fastbin. */
final class FastBinSender implements Client {

    private final int port;
    private final ClientInvokerImpl invoker;
    private final FastBin.Mail mail;

    FastBinSender(int port) throws Exception {
        this.port = port;
        invoker = new ClientInvokerImpl(Dispatch.createQueue(), Map.of());
        invoker.start();
        ClassLoader loader = FastBin.class.getClassLoader();
        mail = (FastBin.Mail) Proxy.newProxyInstance(
                loader,
                new Class<?>[] {FastBin.Mail.class},
                invoker.getProxy("tcp://" + Contestant.HOST + ":" + port, FastBin.SERVICE, loader));
    }

    @Override
    public Exchange exchange(Payload payload) {
        byte[] request = payload.request();
        return new Exchange() {
            @Override
            public void call() {
                payload.check(mail.send(request).length);
            }

            @Override
            public void send(Completion completion) {
                mail.send(request, new ReplyCallback(payload, completion));
            }
        };
    }

    @Override
    public Client another() throws Exception {
        return new FastBinSender(port);
    }

    @Override
    public void close() {
        invoker.stop();
    }

    private static final class ReplyCallback implements AsyncCallback<byte[]> {

        private final Payload payload;
        private final Completion completion;

        ReplyCallback(Payload payload, Completion completion) {
            this.payload = payload;
            this.completion = completion;
        }

        @Override
        public void onSuccess(byte[] reply) {
            payload.check(reply.length);
            completion.done();
        }

        @Override
        public void onFailure(Throwable failure) {
            completion.failed(failure);
        }
    }
}
