package org.slimta.bus.bench.contestant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All there are, by name. */
public final class Contestants {

    /** The one that the others are compared with. */
    public static final String OURS = SlimtaBus.NAME;

    private static final Map<String, Supplier<Contestant>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(OURS, SlimtaBus::keepingConnections);
        ALL.put("bus-a", SlimtaBus::connectingAlways);
        ALL.put("grpc", GrpcCalls::byDefault);
        ALL.put("grpc-direct", GrpcCalls::onNetworkThreads);
        ALL.put("rsocket", RSocketStreams::new);
        ALL.put("vertx", VertxBus::new);
        ALL.put("fastbin", FastBin::new);
        ALL.put("grizzly", RawGrizzly::new);
        ALL.put("sockets", Sockets::new);
        ALL.put("queue", HandOff::new);
        ALL.put("jctools", Spinning::new);
    }

    private Contestants() {}

    /**
     * Their names.
     *
     * @return ours first
     */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * Makes one.
     *
     * @param name one of {@link #names()}
     * @return the contestant
     */
    public static Contestant of(String name) {
        return ALL.get(name).get();
    }
}
