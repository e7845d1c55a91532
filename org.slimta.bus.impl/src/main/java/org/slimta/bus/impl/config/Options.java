package org.slimta.bus.impl.config;

import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;

/** Reads the options of buses from settings that have the same names. */
final class Options {

    private Options() {}

    static ServerOptions server(Settings settings) {
        ServerOptions.Builder options = ServerOptions.builder();
        options.name(settings.text(BusConstants.BUS_NAME));
        settings.integer("queueSize", options::queueSize);
        settings.integer("maxConnections", options::maxConnections);
        settings.integer("maxConnectionsPerAddress", options::maxConnectionsPerAddress);
        settings.integer("maxInFlightPerConnection", options::maxInFlightPerConnection);
        settings.memory("heldSize", options::heldSize);
        settings.duration("receiveTimeout", options::receiveTimeout);
        settings.duration("codecTimeout", options::codecTimeout);
        settings.duration("frameTimeout", options::frameTimeout);
        settings.size("minimumRate", options::minimumRate);
        settings.duration("answerTimeout", options::answerTimeout);
        settings.duration("idleTimeout", options::idleTimeout);
        settings.duration("drainTimeout", options::drainTimeout);
        TlsSettings.server(settings, options::tls);
        return options.limits(limits(settings)).build();
    }

    static ClientOptions client(Settings settings) {
        ClientOptions.Builder options = ClientOptions.builder();
        options.name(settings.text(BusConstants.BUS_NAME));
        settings.integer("maxInFlight", options::maxInFlight);
        settings.memory("heldSize", options::heldSize);
        settings.integer("poolSize", options::poolSize);
        settings.duration("idleTimeout", options::idleTimeout);
        settings.duration("pingInterval", options::pingInterval);
        settings.duration("connectTimeout", options::connectTimeout);
        settings.duration("sendTimeout", options::sendTimeout);
        settings.duration("responseTimeout", options::responseTimeout);
        settings.duration("codecTimeout", options::codecTimeout);
        TlsSettings.client(settings, options::tls);
        return options.limits(limits(settings)).build();
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
        settings.integer("parts", limits::parts);
        settings.size("partSize", limits::partSize);
        settings.size("frameSize", limits::frameSize);
        settings.smallSize("xmlSize", limits::xmlSize);
        settings.integer("depth", limits::depth);
        settings.integer("attributes", limits::attributes);
        settings.integer("elements", limits::elements);
        settings.integer("items", limits::items);
        settings.smallSize("textSize", limits::textSize);
        settings.integer("nameSize", limits::nameSize);
        settings.integer("distinctNames", limits::distinctNames);
        settings.smallSize("prologSize", limits::prologSize);
        return limits.build();
    }
}
