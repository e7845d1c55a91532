package org.slimta.bus.spi;

import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes buses from the configurations of a carrier's bundle. They are buses like any other: they have services, handlers and
 * filters find them by their properties, chains and proxies by their names, and they are in {@code BusRuntime} and the shell. A
 * configuration has the settings of the carrier and those of all buses: {@code slimta.bus.name}, {@code slimta.bus.request.type},
 * {@code slimta.bus.response.type}, limits, time-outs, and for a server those of its handlers. A service of the provider.
 * Thread-safe; the methods do not block.
 */
@ProviderType
public interface ConfiguredBuses {

    /**
     * Makes a server. An invalid configuration is reported, and opens nothing; a server that cannot be opened is tried again.
     *
     * @param <S> the settings of the carrier
     * @param kind the kind of bus for reports and properties, such as {@code nats.server}
     * @param configuration the configuration, with its {@code service.pid}
     * @param carrier brings the requests
     * @return to be told of changes, and closed by the caller
     */
    <S> ConfiguredEnd newServer(String kind, Map<String, Object> configuration, ServerCarrier<S> carrier);

    /**
     * Makes a client. An invalid configuration is reported, and opens nothing; a client that cannot be opened is tried again.
     *
     * @param <S> the settings of the carrier
     * @param kind the kind of bus for reports and properties, such as {@code nats.client}
     * @param configuration the configuration, with its {@code service.pid}
     * @param carrier makes what sends the requests
     * @return to be told of changes, and closed by the caller
     */
    <S> ConfiguredEnd newClient(String kind, Map<String, Object> configuration, ClientCarrier<S> carrier);

    /**
     * Reads a configuration that is not one of a bus, but that several buses of a carrier share: a connection, for example. An
     * invalid configuration is reported, as one of a bus is, until it is read again or forgotten.
     *
     * @param <S> the settings
     * @param kind the kind of configuration for reports, such as {@code nats}
     * @param configuration the configuration, with its {@code service.pid}
     * @param reader reads the settings; must not block
     * @return the settings; null if the configuration is invalid
     */
    <S> S readShared(String kind, Map<String, Object> configuration, Function<CarrierSettings, S> reader);

    /**
     * A configuration that was read with {@link #readShared} was deleted, or its bundle stops.
     *
     * @param pid its {@code service.pid}
     */
    void forgetShared(String pid);
}
