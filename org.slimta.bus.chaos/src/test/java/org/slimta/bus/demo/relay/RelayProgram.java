package org.slimta.bus.demo.relay;

import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import org.osgi.framework.BundleContext;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The program of the relay of the demo, without a container. It exits at the end of its standard input. */
public final class RelayProgram {

    private RelayProgram() {}

    /** Starts the relay with a folder for its Maildirs, and prints its port. */
    public static void main(String[] arguments) throws Exception {
        StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
        BundleContext context = (BundleContext) Proxy.newProxyInstance(
                RelayProgram.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, values) -> switch (method.getName()) {
                    case "getProperty" -> values[0].equals("demo.maildir") ? arguments[0] : "0";
                    case "registerService" -> {
                        System.out.println("port "
                                + ((BusServer<?, ?>) values[1]).address().getPort());
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        new Relay(factory, context, new NoLockedMailboxes());
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(1);
    }

    private static final class NoLockedMailboxes implements Relay.Config {

        @Override
        public String[] locked() {
            return new String[0];
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Relay.Config.class;
        }
    }
}
