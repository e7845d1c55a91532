package org.slimta.bus.impl.socket;

import java.time.Duration;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.ControlFrames;

/** Watches whether a server that keeps a connection is there, and sends what it has begun to send. Used on the timer. */
final class ServerWatch {

    private final FrameConnection channel;
    private final KeepAlive keepAlive;

    /**
     * Nothing is wrong yet.
     *
     * @param channel the connection
     * @param now the time
     */
    ServerWatch(FrameConnection channel, long now) {
        this.channel = channel;
        this.keepAlive = new KeepAlive(now);
    }

    /**
     * Looks whether a frame takes longer than its transaction may: it will be of no use, and holds up those behind it.
     *
     * @return what is wrong, or null
     */
    String lateFrame(ClientOptions options) {
        Duration most = options.responseTimeout();
        return channel.incoming().isArrivingFor(most.toNanos())
                ? "a frame has not come whole within " + most.toMillis() + " ms (responseTimeout)"
                : null;
    }

    /**
     * Looks whether the server is there, and asks it if it has been silent.
     *
     * @return what is wrong, or null
     */
    String silence(long now, ClientOptions options) {
        long heard = channel.incoming().lastRead();
        if (channel.unsentBytes() > 0 && channel.lastSent() - heard > 0) {
            heard = channel.lastSent(); // The server takes what is sent; a ping would have to wait behind it.
        }
        Duration interval = options.pingInterval();
        return switch (keepAlive.check(now, interval, heard)) {
            case ALIVE -> null;
            case ASK -> {
                channel.send(ControlFrame.of(ControlFrames.ping(Long.toString(now))));
                channel.flush();
                yield null;
            }
            case GONE -> "nothing has come from the server for " + keepAlive.silence(now)
                    + " ms, not even the answer to a ping (pingInterval " + interval.toMillis() + " ms)";
        };
    }
}
