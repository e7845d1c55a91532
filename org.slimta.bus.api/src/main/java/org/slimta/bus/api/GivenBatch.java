package org.slimta.bus.api;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A batch of requests that was not received from a bus. */
record GivenBatch<Q>(List<Q> requests, Peer peer, Duration timeLeft) implements RequestBatch<Q> {

    static final Peer LOCAL = new Peer() {

        @Override
        public String name() {
            return "local";
        }

        @Override
        public InetSocketAddress address() {
            return null;
        }

        @Override
        public PeerIdentity identity() {
            return null;
        }

        @Override
        public String toString() {
            return name();
        }
    };

    GivenBatch {
        Objects.requireNonNull(peer, "peer");
    }
}
