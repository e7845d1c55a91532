package org.slimta.bus.impl.socket;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slimta.bus.api.runtime.ConnectionDTO;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * Selects the connections with the most transactions in flight, and reports these only: a server may have tens of
 * thousands. Not thread-safe.
 *
 * @param <C> type of the connections
 */
final class ConnectionReports<C> {

    private static final int MAX_CONNECTIONS = 100;

    private record Candidate<C>(C connection, int inFlight) {}

    private final PriorityQueue<Candidate<C>> busiest =
            new PriorityQueue<>(Comparator.comparingInt((Candidate<C> one) -> one.inFlight()));

    /** Considers a connection. */
    void offer(C connection, int inFlight) {
        if (busiest.size() < MAX_CONNECTIONS) {
            busiest.add(new Candidate<>(connection, inFlight));
        } else if (busiest.element().inFlight() < inFlight) {
            busiest.remove();
            busiest.add(new Candidate<>(connection, inFlight));
        }
    }

    /** Returns the reports, those with the most transactions in flight first. */
    ConnectionDTO[] report(Function<C, ConnectionDTO> each) {
        ConnectionDTO[] reports = new ConnectionDTO[busiest.size()];
        for (int i = reports.length - 1; i >= 0; i--) {
            reports[i] = each.apply(busiest.remove().connection());
        }
        return reports;
    }

    /** Returns the report of one connection. */
    static ConnectionDTO of(SocketPeer peer, FrameConnection connection, int inFlight) {
        ConnectionDTO dto = new ConnectionDTO();
        dto.address = peer.name();
        dto.identity = peer.identity() == null ? null : peer.identity().subject();
        dto.opened = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(connection.age());
        dto.inFlight = inFlight;
        dto.notRead = connection.incoming().pauseReasons().stream()
                .map(PauseReason::label)
                .toArray(String[]::new);
        return dto;
    }
}
