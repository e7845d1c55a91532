package org.slimta.bus.impl.carrier;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.RequestSource;

/** The client of one request, which reads a reply at once. A test decides which of its methods throw. Thread-safe. */
final class TestSource implements RequestSource, Peer {

    /** In place of a reply that could not be read to its end. */
    static final String VOID = "void";

    private final List<String> replies = new CopyOnWriteArrayList<>();
    private final List<BusException> rejections = new CopyOnWriteArrayList<>();
    private final AtomicInteger returned = new AtomicInteger();
    private volatile boolean gone;
    private volatile RuntimeException fault;

    /** Makes all methods throw from now on. */
    void breakDown() {
        fault = new IllegalStateException("the source is broken");
    }

    /** The client has gone. */
    void leave() {
        gone = true;
    }

    private void throwIfBroken() {
        if (fault != null) {
            throw fault;
        }
    }

    /** The XML of all replies. */
    List<String> replies() {
        return replies;
    }

    /** Why the frame was rejected, if there could be no reply. */
    List<BusException> rejections() {
        return rejections;
    }

    /** How often the request was given back. */
    int returned() {
        return returned.get();
    }

    @Override
    public Peer peer() {
        return this;
    }

    @Override
    public String name() {
        return "someone";
    }

    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public PeerIdentity identity() {
        return null;
    }

    @Override
    public boolean isGone() {
        throwIfBroken();
        return gone;
    }

    @Override
    public void reply(FrameBytes reply) {
        throwIfBroken();
        try {
            replies.add(FrameDocuments.xml(FrameDocuments.read(reply)));
        } catch (IOException e) {
            replies.add(VOID);
        }
    }

    @Override
    public void rejected(BusException failure) {
        throwIfBroken();
        rejections.add(failure);
    }

    @Override
    public void giveBack() {
        throwIfBroken();
        returned.incrementAndGet();
    }
}
