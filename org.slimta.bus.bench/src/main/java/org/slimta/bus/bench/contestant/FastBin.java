package org.slimta.bus.bench.contestant;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.aries.rsa.provider.fastbin.api.AsyncCallback;
import org.apache.aries.rsa.provider.fastbin.io.ServerInvoker.ServiceFactory;
import org.apache.aries.rsa.provider.fastbin.tcp.ServerInvokerImpl;
import org.fusesource.hawtdispatch.Dispatch;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Payload;

/** The fastbin provider of Apache Aries RSA, without a container. */
final class FastBin implements Contestant {

    static final String SERVICE = "mail";

    static {
        System.setProperty("aries.fastbin.max.packet.bytes", "0");
    }

    @Override
    public String name() {
        return "fastbin";
    }

    @Override
    public String about() {
        return "Apache Aries RSA fastbin on a plain class path, byte arrays by Java serialization, its own pool of connections";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.IDLE, Ability.LOCAL));
    }

    @Override
    public Server serve() throws Exception {
        ServerInvokerImpl server = new ServerInvokerImpl("tcp://" + HOST + ":0", Dispatch.createQueue(), Map.of());
        CountDownLatch started = new CountDownLatch(1);
        server.registerService(SERVICE, new OneMail(), FastBin.class.getClassLoader());
        server.start(started::countDown);
        started.await();
        return () -> server.getSocketAddress().getPort();
    }

    @Override
    public Client connect(int port) throws Exception {
        return new FastBinSender(port);
    }

    /** The remote service. */
    public interface Mail {

        /**
         * Sends a request and waits for the reply.
         *
         * @param request the bytes
         * @return the reply
         */
        byte[] send(byte[] request);

        /**
         * Sends a request.
         *
         * @param request the bytes
         * @param reply called with the reply
         */
        void send(byte[] request, AsyncCallback<byte[]> reply);
    }

    /** The implementation at the server. */
    public static final class Answering implements Mail {

        @Override
        public byte[] send(byte[] request) {
            return Payload.replyTo(request.length);
        }

        @Override
        public void send(byte[] request, AsyncCallback<byte[]> reply) {
            reply.onSuccess(Payload.replyTo(request.length));
        }
    }

    private static final class OneMail implements ServiceFactory {

        private final Mail mail = new Answering();

        @Override
        public Object get() {
            return mail;
        }

        @Override
        public void unget() {}
    }
}
