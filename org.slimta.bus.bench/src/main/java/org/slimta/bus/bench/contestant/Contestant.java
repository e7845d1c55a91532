package org.slimta.bus.bench.contestant;

import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;

/** A library whose transactions are measured. */
public interface Contestant {

    /** The address that all servers listen on. */
    String HOST = "127.0.0.1";

    /** {@return the name of the contestant in arguments and results} */
    String name();

    /** {@return what the contestant is and how it is set up, in one sentence for the legend} */
    String about();

    /** {@return the abilities of the contestant} */
    Set<Ability> abilities();

    /** {@return what the contestant needs and this machine has not, in one sentence, or null} Without it the contestant is left out. */
    default String missing() {
        return null;
    }

    /**
     * Starts the server.
     *
     * @return the listening server
     * @throws Exception if the server does not start
     */
    default Server serve() throws Exception {
        throw new UnsupportedOperationException(name() + " has no server");
    }

    /**
     * Starts the client.
     *
     * @param port the port that the server listens on
     * @return the client
     * @throws Exception if the client does not connect
     */
    default Client connect(int port) throws Exception {
        throw new UnsupportedOperationException(name() + " has no client");
    }

    /**
     * Starts server and client within this JVM.
     *
     * @return the client
     * @throws Exception if they do not start
     */
    default Client open() throws Exception {
        throw new UnsupportedOperationException(name() + " is not local");
    }
}
