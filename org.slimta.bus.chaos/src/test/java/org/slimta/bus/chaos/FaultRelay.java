package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Passes TCP connections on, and injects a random fault into each. */
final class FaultRelay extends Relay {

    private final List<Fault> faults;
    private final Random random;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

    /**
     * Starts to listen.
     *
     * @param port the port to pass connections on to
     * @param faults the possible faults
     */
    FaultRelay(int port, long seed, Fault... faults) throws IOException {
        super(port);
        this.faults = List.of(faults);
        this.random = new Random(seed);
        start();
    }

    @Override
    void passOn(Socket client, Socket server) {
        Fault fault;
        synchronized (counts) {
            fault = faults.get(random.nextInt(faults.size()));
            counts.merge(fault, 1, Integer::sum);
        }
        boolean toServer = fault == Fault.CORRUPT || random.nextBoolean();
        boolean toClient = fault == Fault.CORRUPT || !toServer;
        RelayPipe requests = new RelayPipe(client, server, toServer ? fault : Fault.NONE, random.nextLong());
        RelayPipe responses = new RelayPipe(server, client, toClient ? fault : Fault.NONE, random.nextLong());
        run(requests);
        run(responses);
    }

    /** The number of connections by fault. */
    Map<Fault, Integer> counts() {
        synchronized (counts) {
            return new EnumMap<>(counts);
        }
    }
}
