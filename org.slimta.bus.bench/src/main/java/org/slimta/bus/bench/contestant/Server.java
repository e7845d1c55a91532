package org.slimta.bus.bench.contestant;

/** The server of a contestant, which listens on the loopback interface until its JVM exits. */
@FunctionalInterface
public interface Server {

    /** {@return the TCP port that the server listens on} */
    int port();
}
