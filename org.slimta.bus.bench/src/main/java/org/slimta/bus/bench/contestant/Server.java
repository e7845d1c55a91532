package org.slimta.bus.bench.contestant;

/** The answering side of a contestant, listening on the loopback interface until its JVM ends. */
@FunctionalInterface
public interface Server {

    /**
     * Where it listens.
     *
     * @return the TCP port
     */
    int port();
}
