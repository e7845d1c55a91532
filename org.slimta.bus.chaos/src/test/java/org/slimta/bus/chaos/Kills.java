package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The servers that a test has killed, and which transactions may fail because of that: those that they had. */
final class Kills {

    private record Kill(String name, String host, long begin, long end) {}

    private final List<Kill> kills = new ArrayList<>();
    private final long maxNanos;

    /** Expects that a client finds within some time that a server is gone. */
    Kills(Duration most) {
        maxNanos = most.toNanos();
    }

    /** Kills a server. */
    void kill(ServerJvm server) {
        long begin = System.nanoTime(); // All processes of a machine have the same clock.
        server.kill();
        kills.add(new Kill(server.target().name(), server.host(), begin, System.nanoTime()));
    }

    /** Whether a transaction was in flight to a server when that was killed. */
    boolean explain(Account failed) {
        return kills.stream().anyMatch(kill -> {
            Event ended = failed.ended.get(0);
            return failed.sent.get(0).time() < kill.end
                    && ended.time() > kill.begin
                    && ended.time() < kill.end + maxNanos
                    && ended.detail(3).contains(kill.host)
                    && failed.received.stream()
                            .allMatch(event -> event.detail(0).equals(kill.name));
        });
    }
}
