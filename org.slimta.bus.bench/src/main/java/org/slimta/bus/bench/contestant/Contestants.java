package org.slimta.bus.bench.contestant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All there are, by name. */
public final class Contestants {

    /** The one that the others are compared with. */
    public static final String OURS = SlimtaBus.NAME;

    private static final String TLS = "-tls";

    private static final Map<String, Supplier<Contestant>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(OURS, SlimtaBus::keepingConnections);
        ALL.put("bus-a", SlimtaBus::connectingAlways);
        ALL.put("bus" + TLS, SlimtaBus::keepingSecureConnections);
        ALL.put("bus-a" + TLS, SlimtaBus::connectingSecurelyAlways);
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
     * Those that take part if nobody says who does: all that speak plainly.
     *
     * @return their names, ours first
     */
    public static List<String> usual() {
        return ALL.keySet().stream().filter(name -> !name.endsWith(TLS)).toList();
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
