package org.slimta.bus.impl.config;

import java.util.List;
import java.util.Locale;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientOptions.Balance;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;

/** Reads the options of buses from the settings of the same names. */
final class OptionsReader {

    private OptionsReader() {}

    static ServerOptions server(Settings settings) {
        ServerOptions.Builder options = carriedServerBuilder(settings);
        settings.integer("maxConnections", options::maxConnections);
        settings.integer("maxConnectionsPerAddress", options::maxConnectionsPerAddress);
        settings.integer("maxInFlightPerConnection", options::maxInFlightPerConnection);
        settings.duration("idleTimeout", options::idleTimeout);
        TlsOptionsReader.server(settings, options::tls);
        return options.build();
    }

    /** Reads the options of a server whose requests a carrier of another bundle brings: those that are not about connections. */
    static ServerOptions carriedServer(Settings settings) {
        return carriedServerBuilder(settings).build();
    }

    private static ServerOptions.Builder carriedServerBuilder(Settings settings) {
        ServerOptions.Builder options = ServerOptions.builder();
        options.name(settings.text(BusConstants.BUS_NAME));
        settings.integer("queueSize", options::queueSize);
        settings.memory("memoryLimit", options::memoryLimit);
        settings.duration("receiveTimeout", options::receiveTimeout);
        settings.duration("missingCodecTimeout", options::missingCodecTimeout);
        settings.duration("frameTimeout", options::frameTimeout);
        settings.size("minRate", options::minRate);
        settings.duration("processingTimeout", options::processingTimeout);
        settings.duration("responseRetention", options::responseRetention);
        settings.duration("drainTimeout", options::drainTimeout);
        return options.limits(limits(settings));
    }

    static ClientOptions client(Settings settings) {
        ClientOptions.Builder options = carriedClientBuilder(settings);
        settings.integer("poolSize", options::poolSize);
        settings.bool("reconnect", options::reconnect);
        settings.choice(
                "balance",
                List.of("least", "order"),
                value -> options.balance(Balance.valueOf(value.toUpperCase(Locale.ROOT))));
        settings.duration("idleTimeout", options::idleTimeout);
        settings.duration("pingInterval", options::pingInterval);
        settings.duration("connectTimeout", options::connectTimeout);
        TlsOptionsReader.client(settings, options::tls);
        return options.build();
    }

    /** Reads the options of a client whose requests a carrier of another bundle sends: those that are not about connections. */
    static ClientOptions carriedClient(Settings settings) {
        return carriedClientBuilder(settings).build();
    }

    private static ClientOptions.Builder carriedClientBuilder(Settings settings) {
        ClientOptions.Builder options = ClientOptions.builder();
        options.name(settings.text(BusConstants.BUS_NAME));
        settings.integer("maxInFlight", options::maxInFlight);
        settings.memory("memoryLimit", options::memoryLimit);
        settings.duration("sendTimeout", options::sendTimeout);
        settings.duration("responseTimeout", options::responseTimeout);
        settings.duration("missingCodecTimeout", options::missingCodecTimeout);
        return options.limits(limits(settings));
    }

    static LocalOptions local(Settings settings) {
        LocalOptions.Builder options = LocalOptions.builder();
        options.name(settings.text(BusConstants.BUS_NAME));
        settings.integer("queueSize", options::queueSize);
        settings.duration("sendTimeout", options::sendTimeout);
        settings.duration("responseTimeout", options::responseTimeout);
        settings.duration("receiveTimeout", options::receiveTimeout);
        settings.duration("drainTimeout", options::drainTimeout);
        return options.build();
    }

    private static FrameLimits limits(Settings settings) {
        FrameLimits.Builder limits = FrameLimits.builder();
        settings.integer("maxParts", limits::maxParts);
        settings.size("maxPartSize", limits::maxPartSize);
        settings.size("maxFrameSize", limits::maxFrameSize);
        settings.smallSize("maxXmlSize", limits::maxXmlSize);
        settings.integer("maxDepth", limits::maxDepth);
        settings.integer("maxAttributes", limits::maxAttributes);
        settings.integer("maxElements", limits::maxElements);
        settings.integer("maxItems", limits::maxItems);
        settings.smallSize("maxTextSize", limits::maxTextSize);
        settings.integer("maxNameSize", limits::maxNameSize);
        settings.integer("maxDistinctNames", limits::maxDistinctNames);
        settings.smallSize("maxPrologSize", limits::maxPrologSize);
        settings.integer("maxHeaders", limits::maxHeaders);
        settings.smallSize("maxHeaderSize", limits::maxHeaderSize);
        return limits.build();
    }
}
