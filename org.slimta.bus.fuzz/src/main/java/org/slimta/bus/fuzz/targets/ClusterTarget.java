package org.slimta.bus.fuzz.targets;

import static org.slimta.bus.fuzz.targets.ClusterEnds.LURED;
import static org.slimta.bus.fuzz.targets.ClusterEnds.SERVED;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.spi.Frames;

/**
 * A server at a cluster gets messages of a hostile client, and a client those of a hostile server. Nothing is thrown where messages are
 * received. The transactions of the client end with responses or a failure, and another client of the server gets its responses.
 */
public final class ClusterTarget {

    private static final String HOSTILE = "hostile";
    private static final ClusterEnds ENDS = open();

    private ClusterTarget() {}

    private static ClusterEnds open() {
        try {
            return new ClusterEnds();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Tests one input.
     *
     * @param input messages, as {@link ClusterMessages} derives them
     * @throws InterruptedException if the thread was interrupted
     */
    @SuppressWarnings("try") // One resource only has to be there.
    public static void fuzzerTestOneInput(byte[] input) throws InterruptedException {
        MemoryCluster cluster = ENDS.cluster;
        String sid = ENDS.sid();
        Script script = new Script(input);
        String hostile = SERVED.client(null, HOSTILE);
        List<ClientTransaction<Reply>> transactions = new ArrayList<>();
        try (BusClient<Message, Reply> client = ENDS.newClient("lured")) {
            cluster.await();
            String own = ENDS.lured();
            cluster.publish(LURED.news(), null, Frames.control("hello", HOSTILE, "room", "9"));
            // A node would tell that nobody has subscribed the subject of the server.
            try (var silent = cluster.subscribe(List.of(LURED.server(HOSTILE), LURED.offers(HOSTILE)), message -> {})) {
                transactions.add(client.sendRequest(List.of(MailServer.mail())));
                transactions.add(client.sendRequest(List.of(MailServer.mail())));
                ClusterMessages toServer = new ClusterMessages(script, SERVED, ENDS.frame());
                ClusterMessages toClient = new ClusterMessages(script, LURED, ENDS.frame());
                while (script.hasMore()) {
                    switch (script.number(16)) {
                        case 0 -> cluster.tick();
                        case 1, 2, 3, 4, 5, 6, 7 -> cluster.inject(toServer.toServer(sid, hostile));
                        default -> cluster.inject(toClient.toClient(own, HOSTILE));
                    }
                }
                cluster.await();
            }
        }
        for (ClientTransaction<Reply> each : transactions) {
            checkEnded(each);
        }
        cluster.publish(SERVED.server(sid), Subjects.control(hostile, sid), Frames.control("bye", HOSTILE));
        ENDS.checkGoodClient();
    }

    private static void checkEnded(ClientTransaction<Reply> transaction) throws InterruptedException {
        try {
            transaction.response().toCompletableFuture().get(ClusterEnds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Broken.unless(
                    e.getCause() instanceof BusException, () -> "a failure of a kind of its own: " + e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a transaction does not end", e);
        }
    }
}
