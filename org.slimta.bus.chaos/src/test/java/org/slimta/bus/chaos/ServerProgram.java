package org.slimta.bus.chaos;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.chaos.Event.Kind;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The program of a server. It records the requests that it receives and its responses. */
final class ServerProgram implements Commands {

    private static final Duration PORT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration NOTHING_LEFT_TIMEOUT = Duration.ofSeconds(20);

    private final String name;
    private final Journal journal;
    private final StandaloneBusFactory factory;
    private final NatsBusFactory nats; // Null if the requests come over sockets.
    private final BusServer<Parcel, Receipt> server;
    private volatile int longestWork;

    private ServerProgram(
            String name,
            Journal journal,
            StandaloneBusFactory factory,
            NatsBusFactory nats,
            BusServer<Parcel, Receipt> server,
            int longestWork) {
        this.name = name;
        this.journal = journal;
        this.factory = factory;
        this.nats = nats;
        this.server = server;
        this.longestWork = longestWork;
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = new Arguments(words);
        Journal journal = new Journal(Path.of(arguments.text("journal")));
        ServerOptions options = ServerOptions.builder()
                .name(arguments.text("name"))
                .queueSize(arguments.number("queueSize", 1024))
                .frameTimeout(arguments.millis("frameTimeout", 60_000))
                .responseRetention(arguments.millis("responseRetention", 30_000))
                .drainTimeout(arguments.millis("drainTimeout", 5000))
                .memoryLimit(arguments.memoryLimit())
                .tls(ServerKey.ofServer(arguments))
                .build();
        StandaloneBusFactory factory = new StandaloneBusFactory(new ParcelCodec(), new ReceiptCodec());
        journal.note(Kind.MARK, 0, "started");
        NatsBusFactory nats = NatsConnection.open(arguments, arguments.text("name"), factory);
        BusServer<Parcel, Receipt> server = nats == null
                ? open(factory, arguments, options)
                : nats.newServer(arguments.text("subject"), Parcel.class, Receipt.class, options);
        ServerProgram program = new ServerProgram(
                arguments.text("name"), journal, factory, nats, server, arguments.number("longestWork", 3));
        for (int i = 0; i < arguments.number("handlers", 8); i++) {
            new Thread(program::serve, "handler " + i).start();
        }
        InetSocketAddress address = server.address();
        journal.note(Kind.LISTENING, 0, Integer.toString(address == null ? 0 : address.getPort()));
        program.executeAll();
    }

    /** Opens the server; while it was down, the kernel may have used its port for an outgoing connection. */
    private static BusServer<Parcel, Receipt> open(
            StandaloneBusFactory factory, Arguments arguments, ServerOptions options) throws Exception {
        String host = arguments.text("host", "127.0.0.1");
        int port = arguments.number("port", 0);
        long deadline = System.nanoTime() + PORT_TIMEOUT.toNanos();
        while (true) {
            try {
                return factory.newServer(host, port, Parcel.class, Receipt.class, options);
            } catch (BusException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    @Override
    public void execute(String command, String value) throws InterruptedException {
        switch (command) {
            case "longestWork" -> longestWork = Integer.parseInt(value);
            case "rest" -> recordLeft();
            case "close" -> {
                server.close();
                if (nats != null) {
                    nats.close();
                }
                System.exit(0);
            }
            default -> throw new IllegalArgumentException(command);
        }
    }

    /** Waits until nothing is left of the clients, which have disconnected, and records what is left otherwise. */
    private void recordLeft() throws InterruptedException {
        long deadline = System.nanoTime() + NOTHING_LEFT_TIMEOUT.toNanos();
        int left;
        do {
            TimeUnit.MILLISECONDS.sleep(5);
            left = Stream.of(factory.runtime().getRuntimeDTO().buses)
                    .mapToInt(state -> state.peers + state.inFlight + state.queued)
                    .sum();
        } while (left > 0 && System.nanoTime() - deadline < 0);
        journal.note(Kind.LEFT, 0, name, Integer.toString(left));
    }

    private void serve() {
        while (true) {
            try {
                answer(server.recvRequest());
            } catch (BusException e) {
                if (e.reason() == Reason.CLOSED) {
                    return;
                } else if (e.reason() != Reason.TIMEOUT) {
                    e.printStackTrace();
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void answer(ServerTransaction<Parcel, Receipt> transaction) throws InterruptedException {
        List<Parcel> parcels = transaction.requests();
        if (parcels.isEmpty() || !parcels.stream().allMatch(Parcel::isIntact)) {
            journal.note(Kind.DAMAGED, 0, name);
            transaction.fail("a checksum is wrong");
            return;
        }
        long number = parcels.get(0).number();
        journal.note(Kind.RECEIVED, number, name);
        int work = longestWork;
        if (work > 0) {
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(work * 1000));
        }
        List<Receipt> receipts =
                parcels.stream().map(parcel -> Receipt.of(parcel, name)).toList();
        journal.note(Kind.ANSWERING, number, name);
        try {
            transaction.sendResponse(receipts);
        } catch (BusException e) {
            journal.note(Kind.UNANSWERED, number, name, e.reason().toString());
        }
    }
}
