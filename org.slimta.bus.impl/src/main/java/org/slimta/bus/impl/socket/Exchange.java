package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * One transaction of a client over a connection of its own: it connects, trying the addresses of the host one after the
 * other, writes the requests, reads the responses, and closes. When the transaction ends early, so does the connection.
 */
final class Exchange<R> implements FrameChannel.Listener {

    private final SocketClient<?, R> client;
    private final PendingTransaction<R> transaction;
    private final int requests;
    private final FrameEncoder encoder;
    private final Iterator<InetAddress> addresses;
    private Future<?> connectTimer;
    private volatile FrameChannel channel;
    private volatile boolean connected;

    Exchange(
            SocketClient<?, R> client,
            PendingTransaction<R> transaction,
            int requests,
            FrameEncoder encoder,
            List<InetAddress> addresses) {
        this.client = client;
        this.transaction = transaction;
        this.requests = requests;
        this.encoder = encoder;
        this.addresses = addresses.iterator();
    }

    void start() {
        connectTimer = client.threads().after(client.options().connectTimeout(), () -> failToConnect(
                "no connection within " + client.options().connectTimeout().toMillis() + " ms (connectTimeout)", null));
        transaction.whenDone(this::stop);
        connectNext(null);
    }

    private synchronized void connectNext(Throwable before) {
        if (transaction.isDone()) {
            return;
        }
        if (!addresses.hasNext()) {
            String why = before == null || before.getMessage() == null ? String.valueOf(before) : before.getMessage();
            failToConnect("no connection: " + why + "; is the server running, and is that its address?", before);
            return;
        }
        try {
            client.network()
                    .connect(
                            new InetSocketAddress(addresses.next(), client.port()),
                            this::attach,
                            this::connected,
                            this::connectNext);
        } catch (IOException e) {
            failToConnect("no connection: " + e.getMessage(), e);
        }
    }

    private void failToConnect(String what, Throwable cause) {
        transaction.fail(client.failures().of(Reason.CONNECT, client.target(), what, cause));
    }

    private void attach(Connection<?> connection) {
        channel = new FrameChannel(
                connection, this, client.threads(), client.options().limits());
        FrameFilter.attach(connection, channel);
    }

    private void connected() {
        connectTimer.cancel(false);
        connected = true;
        channel.write(encoder, new EmptyCompletionHandler<>() {
            @Override
            public void failed(Throwable cause) {
                transaction.fail(
                        cause instanceof BusException failure
                                ? client.failures().at(client.target(), failure)
                                : closedByPeer(cause));
            }
        });
    }

    /** Whatever ended the transaction, nothing of it stays. */
    private void stop() {
        connectTimer.cancel(false);
        synchronized (this) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    @Override
    public void onFrame(Frame frame) {
        transaction.answer(() ->
                client.coder().decoder(client.responseType()).thenApply(decoder -> () -> decode(frame, decoder)));
    }

    @Override
    public void onBadFrame(BusException failure) {
        transaction.fail(client.failures().at(client.target(), failure));
    }

    @Override
    public void onClosed() {
        if (connected) {
            transaction.fail(closedByPeer(null));
        }
    }

    private BusException closedByPeer(Throwable cause) {
        return client.failures()
                .of(Reason.CLOSED, client.target(), "the server closed the connection before it answered", cause);
    }

    private List<R> decode(Frame frame, Decoder<R> decoder) throws BusException {
        List<R> responses;
        try {
            responses = decoder.decode(Envelope.RESPONSES, frame);
        } catch (BusException e) {
            throw client.failures().at(client.target(), e);
        }
        if (responses.size() != requests) {
            throw client.failures()
                    .of(
                            Reason.MISMATCH,
                            client.target(),
                            "the server sent " + responses.size() + " responses to " + requests + " requests",
                            null);
        }
        return responses;
    }
}
