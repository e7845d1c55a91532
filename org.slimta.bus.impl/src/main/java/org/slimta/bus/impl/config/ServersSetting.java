package org.slimta.bus.impl.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.slimta.bus.impl.factory.Hosts;

/**
 * The servers of a configured client: one, or a list.
 *
 * @param one the only server; null if there is a list
 * @param hosts the list; empty if there is one server
 */
record ServersSetting(HostPort one, List<InetSocketAddress> hosts) {

    private static final String EXAMPLE = "relay.example.com";

    /** Reads {@code hosts}, with {@code port} as their default port, or {@code host} and {@code port}. */
    static ServersSetting read(Settings settings) {
        if (!settings.isPresent("hosts")) {
            String host = Hosts.withoutBrackets(settings.required("host", EXAMPLE));
            return new ServersSetting(new HostPort(host, settings.port("port", 1)), List.of());
        }
        if (settings.isPresent("host")) {
            settings.addProblem("both host and hosts are set; move the value of host into hosts");
            settings.text("host");
        }
        int port = settings.isPresent("port") ? settings.port("port", 1) : 0;
        ServersSetting[] servers = {new ServersSetting(null, List.of())};
        settings.list("hosts", given -> servers[0] = new ServersSetting(null, Hosts.parse(given, port)));
        return servers[0];
    }

    /** Whether a client of these servers can be changed into one of the others. */
    boolean isSameEnd(ServersSetting others) {
        return one == null ? others.one == null : one.equals(others.one);
    }

    @Override
    public String toString() {
        return one != null
                ? one.toString()
                : hosts.stream()
                        .map(host -> Hosts.withPort(host.getHostString(), host.getPort()))
                        .collect(Collectors.joining(";"));
    }
}
