package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * What many connections cost that end at once, each of them: no more than what few cost. Whoever looks through all for each
 * makes a list of them; so the memory that the threads take tells the work, and that is not changed by what else the machine
 * does.
 */
@Timeout(60)
class ManyConnectionsTest {

    private static final int FEW = 100;
    private static final int MANY = 800;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final List<ServerTransaction<String, String>> received = new ArrayList<>();
    private SocketServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
    }

    private List<RawPeer> open(int count) throws Exception {
        server = (SocketServer<String, String>) factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder()
                        .drainTimeout(Duration.ZERO)
                        .idleTimeout(Duration.ofHours(1))
                        .frameTimeout(Duration.ofHours(1))
                        .build());
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawPeer peer = new RawPeer(
                    new Socket(server.address().getAddress(), server.address().getPort()));
            peers.add(peer);
            peer.send(RawPeer.requests(1, "a"));
            received.add(server.recvRequest());
        }
        assertEquals(count, report().inFlight);
        return peers;
    }

    private BusDTO report() {
        BusDTO bus = new BusDTO();
        server.report(bus);
        return bus;
    }

    private static long takenBySelectors() {
        long[] ids = Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().contains("slimta-bus-selector"))
                .mapToLong(info -> info.getThreadId())
                .toArray();
        assertTrue(ids.length > 0);
        return Arrays.stream(THREADS.getThreadAllocatedBytes(ids)).sum();
    }

    /** Bytes for each connection that is cut, with a request on it. */
    private long costOfCutting(int count) throws Exception {
        List<RawPeer> peers = open(count);
        long before = takenBySelectors();
        for (RawPeer peer : peers) {
            peer.reset();
        }
        Await.until("all connections are closed", () -> report().peers == 0);
        long cost = (takenBySelectors() - before) / count;
        assertEquals(0, report().inFlight);
        assertEquals(count, report().failed.get("CLOSED"));
        server.close();
        return cost;
    }

    @Test
    void thatManyAreCutCostsForEachWhatFewCost() throws Exception {
        costOfCutting(FEW);
        long few = costOfCutting(FEW);
        long many = costOfCutting(MANY);
        assertTrue(many < 2 * few, many + " bytes for each of " + MANY + ", " + few + " for each of " + FEW);
    }

    /** Bytes for each connection that is closed with its server, and after that by its client. */
    private long costOfClosing(int count) throws Exception {
        List<RawPeer> peers = open(count);
        for (ServerTransaction<String, String> each : received) {
            each.sendResponse(List.of("yes"));
        }
        received.clear();
        long[] cost = new long[1];
        Thread closing = new Thread(() -> {
            server.close();
            cost[0] = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        });
        long before = takenBySelectors();
        closing.start();
        for (RawPeer peer : peers) {
            while (peer.receive() != null) {
                // The response, and twice that it drains.
            }
            peer.close();
        }
        closing.join();
        return (cost[0] + takenBySelectors() - before) / count;
    }

    @Test
    void thatManyAreClosedCostsForEachWhatFewCost() throws Exception {
        costOfClosing(FEW);
        long few = costOfClosing(FEW);
        long many = costOfClosing(MANY);
        assertTrue(many < 2 * few, many + " bytes for each of " + MANY + ", " + few + " for each of " + FEW);
    }

    /** All wait for room in the queue when they are cut. */
    @Test
    void aConnectionThatWaitsForRoomIsForgottenWhenItIsReset() throws Exception {
        server = (SocketServer<String, String>) factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().queueSize(1).build());
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            RawPeer peer = new RawPeer(
                    new Socket(server.address().getAddress(), server.address().getPort()));
            peers.add(peer);
            peer.send(RawPeer.requests(1, "a"), RawPeer.requests(2, "b"));
        }
        Await.until(
                "all connections wait for room in the queue",
                () -> report().peers == FEW && report().notRead.getOrDefault("queue-full", 0) == FEW);
        for (RawPeer peer : peers) {
            peer.reset();
        }
        // The end of a connection that is not read shows only when it is read again.
        Await.until("all connections are closed", () -> {
            try {
                server.recvRequest(Duration.ofMillis(1));
            } catch (Exception e) {
                // None is left, or none yet.
            }
            return report().peers == 0;
        });
        assertEquals(0, report().inFlight);
        assertEquals(0, server.memory().total());
    }
}
