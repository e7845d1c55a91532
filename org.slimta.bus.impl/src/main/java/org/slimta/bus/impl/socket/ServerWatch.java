package org.slimta.bus.impl.socket;

import java.time.Duration;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.ControlFrames;

/**
 * Watches whether the server of a kept connection is alive, and whether it completes the frames that it has begun. Used
 * on the timer thread.
 */
final class ServerWatch {

    private final FrameConnection channel;
    private final KeepAlive keepAlive;

    /**
     * Creates a watch for a connection that is alive.
     *
     * @param channel the connection
     * @param now the time
     */
    ServerWatch(FrameConnection channel, long now) {
        this.channel = channel;
        this.keepAlive = new KeepAlive(now);
    }

    /**
     * Checks whether a frame takes longer than its transaction may: it will be of no use, and delays those behind it.
     *
     * @return the fault, or null
     */
    String lateFrame(ClientOptions options) {
        Duration timeout = options.responseTimeout();
        return channel.incoming().isArrivingFor(timeout.toNanos())
                ? "a frame did not arrive completely within " + timeout.toMillis() + " ms (responseTimeout)"
                : null;
    }

    /**
     * Checks whether the server is alive, and pings it if it was silent.
     *
     * @return the fault, or null
     */
    String silence(long now, ClientOptions options) {
        long heard = channel.incoming().lastRead();
        if (channel.unsentBytes() > 0 && channel.lastSent() - heard > 0) {
            heard = channel.lastSent(); // The server reads what is sent; a ping would have to wait behind it.
        }
        Duration interval = options.pingInterval();
        return switch (keepAlive.check(now, interval, heard)) {
            case ALIVE -> null;
            case ASK -> {
                channel.send(ControlFrame.of(ControlFrames.ping(Long.toString(now))));
                channel.flush();
                yield null;
            }
            case GONE ->
                "nothing has arrived from the server for " + keepAlive.silence(now)
                        + " ms, not even the response to a ping (pingInterval " + interval.toMillis() + " ms)";
        };
    }
}
