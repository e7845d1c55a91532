package org.slimta.bus.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.chaos.Event.Kind;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * The program of a client. It keeps a number of transactions in flight to each of its targets, and records their ends.
 */
final class ClientProgram implements Commands {

    private final Arguments all;
    private final Journal journal;
    private final AtomicLong numbers;
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new ParcelCodec(), new ReceiptCodec());
    private final NatsBusFactory nats; // Null if the buses go over sockets.
    private final Map<Target, BusClient<Parcel, Receipt>> clients = new LinkedHashMap<>();
    private final Map<Target, Semaphore> windows = new LinkedHashMap<>();
    private final List<Sender> senders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private ClientProgram(Arguments arguments) throws Exception {
        this.all = arguments;
        this.journal = new Journal(Path.of(arguments.text("journal")));
        this.numbers = new AtomicLong(arguments.number("firstNumber", 0));
        this.nats = NatsConnection.open(arguments, "client", factory);
    }

    public static void main(String[] words) throws Exception {
        ClientProgram program = new ClientProgram(new Arguments(words));
        for (String target : program.all.text("targets").split(",")) {
            program.open(Target.parse(target));
        }
        program.threads.forEach(Thread::start);
        program.executeAll();
    }

    private void open(Target target) {
        Arguments arguments = all.about(target.name());
        ClientOptions options = ClientOptions.builder()
                .name(target.name())
                .maxInFlight(arguments.number("maxInFlight", 256))
                .sendTimeout(arguments.millis("sendTimeout", 10_000))
                .responseTimeout(arguments.millis("responseTimeout", 10_000))
                .pingInterval(arguments.millis("pingInterval", 10_000))
                .connectTimeout(arguments.millis("connectTimeout", 10_000))
                .memoryLimit(arguments.memoryLimit())
                .tls(ServerKey.ofClient(arguments))
                .build();
        BusClient<Parcel, Receipt> client = open(target, options);
        clients.put(target, client);
        windows.put(target, new Semaphore(window(target)));
        int count = arguments.number("threads", 4);
        for (int i = 0; i < count; i++) {
            RandomParcels parcels = new RandomParcels(31L * arguments.number("seed", 1) + senders.size(), arguments);
            Sender sender = new Sender(
                    target,
                    client,
                    parcels,
                    journal,
                    numbers,
                    windows.get(target),
                    count > 1 && i == 0,
                    arguments.number("perSecond", 0));
            senders.add(sender);
            threads.add(new Thread(sender, "sender " + target + " " + i));
        }
    }

    private int window(Target target) {
        return all.about(target.name()).number("window", 64);
    }

    private BusClient<Parcel, Receipt> open(Target target, ClientOptions options) {
        if (nats != null) {
            return nats.newClient(all.text("subject"), Parcel.class, Receipt.class, options);
        }
        if (target.isList()) {
            return factory.newClient(target.hosts(), Parcel.class, Receipt.class, options);
        }
        String[] host = target.hosts().get(0).split(":");
        return factory.newClient(host[0], Integer.parseInt(host[1]), Parcel.class, Receipt.class, options);
    }

    @Override
    public void execute(String command, String value) throws Exception {
        switch (command) {
            case "mark" -> journal.note(Kind.MARK, 0, value);
            case "stop" -> stop();
            default -> throw new IllegalArgumentException(command);
        }
    }

    /** Waits until all transactions in flight have ended, within their time limit; then the process exits. */
    private void stop() throws InterruptedException {
        senders.forEach(Sender::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        long timeoutMillis = 2 * all.millis("responseTimeout", 10_000).toMillis();
        for (Map.Entry<Target, Semaphore> each : windows.entrySet()) {
            each.getValue().tryAcquire(window(each.getKey()), timeoutMillis, TimeUnit.MILLISECONDS);
        }
        clients.forEach((target, client) -> {
            BusDTO state = new BusDTO();
            ((ManagedBus) client).report(state);
            journal.note(Kind.LEFT, 0, target.name(), Long.toString(state.inFlight));
        });
        factory.close();
        if (nats != null) {
            nats.close();
        }
        System.exit(0);
    }
}
