package org.slimta.bus.api;

/** Names of service properties and of the capability of the provider. */
public final class BusConstants {

    /** Service property of the ends of a configured bus, a {@code String}: the name of the bus. */
    public static final String BUS_NAME = "slimta.bus.name";

    /**
     * Service property of the ends of a configured bus, a {@code String}: {@code server}, {@code client}, and so on.
     */
    public static final String BUS_KIND = "slimta.bus.kind";

    /** Service property of the ends of a configured bus on a socket, a {@code String}: {@code host:port}. */
    public static final String BUS_ADDRESS = "slimta.bus.address";

    /** Service property of the ends of a configured bus, a {@code String}: the name of the codec of its requests. */
    public static final String REQUEST_TYPE = "slimta.bus.request.type";

    /** Service property of the ends of a configured bus, a {@code String}: the name of the codec of its responses. */
    public static final String RESPONSE_TYPE = "slimta.bus.response.type";

    /**
     * Service property of a {@link RequestHandler}, a {@link BusFilter} or a {@link TransactionObserver}, a
     * {@code String}: an LDAP filter on the properties of the buses that it is for, such as
     * {@code (slimta.bus.name=relay)}. An observer without it is for all buses.
     */
    public static final String WHITEBOARD_TARGET = "slimta.bus.whiteboard.target";

    /** The {@code osgi.implementation} capability of the provider. */
    public static final String IMPLEMENTATION = "slimta.bus";

    /** The version of the {@link #IMPLEMENTATION} capability. */
    public static final String IMPLEMENTATION_VERSION = "0.1.0";

    /**
     * The {@code osgi.condition.id} of the condition that is registered as long as a configured bus is ready. The
     * condition also has the property {@link #BUS_NAME}.
     */
    public static final String READY_CONDITION = "slimta.bus.ready";

    private BusConstants() {}
}
