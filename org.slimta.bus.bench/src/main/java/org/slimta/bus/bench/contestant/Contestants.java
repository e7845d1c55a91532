package org.slimta.bus.bench.contestant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All contestants by name. */
public final class Contestants {

    /** The contestant that the others are compared with. */
    public static final String OURS = SlimtaBus.NAME;

    /** The bus over NATS, which is also compared with {@link #NATS}. */
    public static final String OURS_OVER_NATS = SlimtaNats.NAME;

    /** NATS without the bus. */
    public static final String NATS = RawNats.NAME;

    private static final String TLS = "-tls";

    /** The suffix of the name of a contestant from another build. */
    private static final String BEFORE = "-before";

    private static final Map<String, Supplier<Contestant>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(OURS, SlimtaBus::keepingConnections);
        ALL.put("bus-a", SlimtaBus::connectingAlways);
        ALL.put("bus" + TLS, SlimtaBus::keepingSecureConnections);
        ALL.put("bus-a" + TLS, SlimtaBus::connectingSecurelyAlways);
        ALL.put(SlimtaBus.OBSERVED, SlimtaBus::observed);
        ALL.put(OURS_OVER_NATS, SlimtaNats::new);
        ALL.put(NATS, RawNats::new);
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

    /** {@return the names of all contestants, ours first} */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** {@return the names of the contestants that take part by default, ours first: all without TLS and observers} */
    public static List<String> usual() {
        return ALL.keySet().stream()
                .filter(name -> !name.endsWith(TLS) && !name.equals(SlimtaBus.OBSERVED))
                .toList();
    }

    /**
     * Adds the contestants of another build.
     *
     * @param names the names of the contestants
     * @return the same names, each of ours followed by that of the other build
     */
    public static List<String> withOtherBuild(List<String> names) {
        return names.stream()
                .flatMap(name -> isOurs(name) ? Stream.of(name, name + BEFORE) : Stream.of(name))
                .toList();
    }

    private static boolean isOurs(String name) {
        return name.equals(OURS) || name.startsWith(OURS + "-");
    }

    /**
     * Returns whether a contestant is from another build.
     *
     * @param name the name of the contestant
     * @return whether it is from another build
     */
    public static boolean isOfOtherBuild(String name) {
        return name.endsWith(BEFORE);
    }

    /**
     * Returns the name of a contestant within its build.
     *
     * @param name the name of the contestant
     * @return one of {@link #names()}
     */
    public static String nameInBuild(String name) {
        return isOfOtherBuild(name) ? name.substring(0, name.length() - BEFORE.length()) : name;
    }

    /**
     * Creates a contestant.
     *
     * @param name one of {@link #names()}, or of {@link #withOtherBuild}
     * @return the contestant
     */
    public static Contestant of(String name) {
        Contestant contestant = ALL.get(nameInBuild(name)).get();
        return isOfOtherBuild(name) ? new OtherBuild(contestant, name) : contestant;
    }
}
