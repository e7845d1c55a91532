package org.slimta.bus.api;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A batch of requests that was not received from a bus. */
final class GivenBatch<Q> implements RequestBatch<Q> {

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

    private final List<Q> requests;
    private final Headers headers;
    private final Peer peer;
    private final Duration timeLeft;
    private volatile Headers responseHeaders = Headers.none();

    GivenBatch(List<? extends Q> requests, Headers headers, Peer peer, Duration timeLeft) {
        this.requests = List.copyOf(requests);
        this.headers = Objects.requireNonNull(headers, "headers");
        this.peer = Objects.requireNonNull(peer, "peer");
        this.timeLeft = timeLeft;
    }

    @Override
    public List<Q> requests() {
        return requests;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public Duration timeLeft() {
        return timeLeft;
    }

    @Override
    public Headers responseHeaders() {
        return responseHeaders;
    }

    @Override
    public void setResponseHeaders(Headers newHeaders) {
        responseHeaders = Objects.requireNonNull(newHeaders, "headers");
    }

    @Override
    public String toString() {
        return requests + " from " + peer;
    }
}
