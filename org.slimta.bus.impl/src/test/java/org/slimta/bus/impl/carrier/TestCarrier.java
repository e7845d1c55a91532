package org.slimta.bus.impl.carrier;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.OutboundRequest;

/** A carrier that keeps what it is to send until a test sends it. Thread-safe. */
final class TestCarrier implements Carrier {

    /** The methods of a carrier. */
    enum Method {
        SEND,
        ENDED,
        PEER_COUNT,
        CLOSE
    }

    private final List<OutboundRequest> sent = new CopyOnWriteArrayList<>();
    private final List<OutboundRequest> ended = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile Consumer<OutboundRequest> onSend = request -> {};
    private volatile Method broken;

    /** Makes a method throw from now on. */
    void breakDown(Method method) {
        broken = method;
    }

    /** Makes it do something with each request. */
    void onSend(Consumer<OutboundRequest> action) {
        onSend = action;
    }

    private void throwIfBroken(Method method) {
        if (broken == method) {
            throw new IllegalStateException("the carrier is broken");
        }
    }

    List<OutboundRequest> sent() {
        return sent;
    }

    /** The last request that is to be sent. */
    OutboundRequest last() {
        return sent.get(sent.size() - 1);
    }

    /** The requests that it was told have ended. */
    List<OutboundRequest> ended() {
        return ended;
    }

    /** How often it was closed. */
    int closed() {
        return closed.get();
    }

    @Override
    public String target() {
        return "test:relay";
    }

    @Override
    public void send(OutboundRequest request) {
        sent.add(request);
        throwIfBroken(Method.SEND);
        onSend.accept(request);
    }

    @Override
    public void ended(OutboundRequest request) {
        ended.add(request);
        throwIfBroken(Method.ENDED);
    }

    @Override
    public int peerCount() {
        throwIfBroken(Method.PEER_COUNT);
        return 7;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
        throwIfBroken(Method.CLOSE);
    }
}
