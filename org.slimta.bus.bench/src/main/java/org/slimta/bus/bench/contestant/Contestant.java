package org.slimta.bus.bench.contestant;

import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;

/** One of those that are measured. */
public interface Contestant {

    /** Where all listen. */
    String HOST = "127.0.0.1";

    /**
     * How it is called in arguments and results.
     *
     * @return its name
     */
    String name();

    /**
     * What it is and how it is set up, for the legend.
     *
     * @return one sentence
     */
    String about();

    /**
     * What it can do.
     *
     * @return its abilities
     */
    Set<Ability> abilities();

    /**
     * Starts the server.
     *
     * @return the server, listening
     * @throws Exception if it does not start
     */
    default Server serve() throws Exception {
        throw new UnsupportedOperationException(name() + " has no server");
    }

    /**
     * Starts the client.
     *
     * @param port where the server listens
     * @return the client
     * @throws Exception if it does not connect
     */
    default Client connect(int port) throws Exception {
        throw new UnsupportedOperationException(name() + " has no client");
    }

    /**
     * Starts both within this JVM.
     *
     * @return the client
     * @throws Exception if it does not start
     */
    default Client open() throws Exception {
        throw new UnsupportedOperationException(name() + " is not local");
    }
}
