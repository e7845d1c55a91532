package org.slimta.bus.impl.carrier;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RequestSource;

/** Makes clients and servers over carriers, with codecs for text and attachments, and with time that a test moves. */
final class CarrierEnds implements AutoCloseable {

    private static final PayloadType<String> TEXT = PayloadType.of(String.class);
    private static final PayloadType<Attachment> BYTES = PayloadType.of(Attachment.class);

    private final ManualTimer timer;
    private final Threads threads;
    private final CodecRegistry codecs = new CodecRegistry();

    CarrierEnds() {
        this(new ManualTimer());
    }

    private CarrierEnds(ManualTimer timer) {
        this(timer, timer);
    }

    /** With a timer in front of the one that moves. */
    CarrierEnds(ManualTimer timer, Timer front) {
        this.timer = timer;
        this.threads = new Threads(front);
        codecs.add(new CodecRegistry.Rank(0, 0), null, new TextCodec());
        codecs.add(new CodecRegistry.Rank(0, 1), null, new AttachmentCodec());
    }

    CarrierServer<String, String> server(UnaryOperator<ServerOptions.Builder> change) {
        return new CarrierServer<>("test:relay", TEXT, TEXT, options(change), codecs, threads);
    }

    /** A server whose responses are attachments. */
    CarrierServer<String, Attachment> fileServer(UnaryOperator<ServerOptions.Builder> change) {
        return new CarrierServer<>("test:relay", TEXT, BYTES, options(change), codecs, threads);
    }

    private static ServerOptions options(UnaryOperator<ServerOptions.Builder> change) {
        return change.apply(ServerOptions.builder().drainTimeout(Duration.ZERO)).build();
    }

    CarrierClient<String, String> client(Carrier carrier, UnaryOperator<ClientOptions.Builder> change) {
        return new CarrierClient<>(
                carrier, TEXT, change.apply(ClientOptions.builder()).build(), codecs, threads);
    }

    /** A client whose requests are attachments. */
    CarrierClient<Attachment, String> fileClient(Carrier carrier, UnaryOperator<ClientOptions.Builder> change) {
        return new CarrierClient<>(
                carrier, TEXT, change.apply(ClientOptions.builder()).build(), codecs, threads);
    }

    /** Brings a whole frame to a server. */
    static TestSource bring(CarrierServer<?, ?> server, String xml) {
        TestSource source = new TestSource();
        bring(server, source, FrameDocuments.frame(xml));
        return source;
    }

    /** Brings bytes to a server, and leaves the frame open. */
    static FrameReceiver bring(CarrierServer<?, ?> server, RequestSource source, byte[] bytes) {
        FrameReceiver receiver = server.newRequest(source);
        receiver.receive(ByteBuffer.wrap(bytes));
        return receiver;
    }

    static BusDTO report(CarrierServer<?, ?> server) {
        BusDTO bus = new BusDTO();
        bus.failed = Map.of();
        server.report(bus);
        return bus;
    }

    static BusDTO report(CarrierClient<?, ?> client) {
        BusDTO bus = new BusDTO();
        bus.failed = Map.of();
        client.report(bus);
        return bus;
    }

    /** Lets time pass, in steps that are shorter than the pauses between checks. */
    void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            timer.advance(Duration.ofMillis(Math.min(left, 250)));
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
