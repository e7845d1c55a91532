package org.slimta.bus.nats.impl.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RememberedClient;
import org.slimta.bus.spi.RequestSource;

/** A server that keeps the sources of the requests it gets, and answers questions as the test wants. A frame that ends with a dot is complete. */
final class FakeServer implements CarriedServer<Object, Object> {

    private final Map<String, RequestSource> received = new LinkedHashMap<>();
    private final Map<Long, RememberedClient.Answer> answers = new HashMap<>();
    private final Map<Long, String> cancelled = new LinkedHashMap<>();
    private int room = 10;
    private long memoryRoom = Long.MAX_VALUE;
    private List<Long> unanswered = List.of();
    private String owner;
    private boolean left;

    void setRoom(int newRoom) {
        room = newRoom;
    }

    void setMemoryRoom(long bytes) {
        memoryRoom = bytes;
    }

    void setUnanswered(List<Long> numbers) {
        unanswered = numbers;
    }

    void answer(long number, RememberedClient.Answer answer) {
        answers.put(number, answer);
    }

    /** The frames that were complete, with their sources. */
    Map<String, RequestSource> received() {
        return received;
    }

    List<Long> cancelled() {
        return List.copyOf(cancelled.keySet());
    }

    String owner() {
        return owner;
    }

    boolean hasLeft() {
        return left;
    }

    @Override
    public RememberedClient client(String id, String newOwner) {
        owner = newOwner;
        return new RememberedClient() {

            @Override
            public FrameReceiver newRequest(RequestSource source) {
                return FakeServer.this.newRequest(source);
            }

            @Override
            public FrameReceiver newRequest(RequestSource source, long number, long epoch) {
                return FakeServer.this.newRequest(source);
            }

            @Override
            public Answer ask(long number, long epoch) {
                return answers.getOrDefault(number, Answer.UNKNOWN);
            }

            @Override
            public List<Long> unanswered(long age) {
                return unanswered;
            }

            @Override
            public void cancel(long number) {
                cancelled.put(number, id);
            }

            @Override
            public void left() {
                left = true;
            }
        };
    }

    @Override
    public FrameReceiver newRequest(RequestSource source) {
        StringBuilder text = new StringBuilder();
        return new FrameReceiver() {

            @Override
            public boolean receive(ByteBuffer bytes) {
                text.append(UTF_8.decode(bytes));
                boolean complete = text.length() > 0 && text.charAt(text.length() - 1) == '.';
                if (complete) {
                    received.put(text.toString(), source);
                }
                return complete;
            }

            @Override
            public void close() {}
        };
    }

    /** A reply with a text. */
    static FrameBytes reply(String text) {
        byte[] all = text.getBytes(UTF_8);
        return new FrameBytes() {

            private boolean taken;

            @Override
            public long size() {
                return all.length;
            }

            @Override
            public boolean mayBlock() {
                return false;
            }

            @Override
            public ByteBuffer next() {
                ByteBuffer next = taken ? null : ByteBuffer.wrap(all);
                taken = true;
                return next;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public long memoryRoom() {
        return memoryRoom;
    }

    @Override
    public void reconfigure(ServerOptions options) {}

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public ServerTransaction<Object, Object> recvRequest() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerTransaction<Object, Object> recvRequest(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Object, Object> handler, int maxConcurrentHandlers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public void close() {}
}
