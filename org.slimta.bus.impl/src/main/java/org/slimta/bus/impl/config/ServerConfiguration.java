package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured server, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus server",
        description = "Listens on a socket. Its requests go to a handler, to a chain or a proxy, or to a user of the "
                + "service BusServer.")
interface ServerConfiguration
        extends CommonSettings.Name,
                CommonSettings.RequiredTypes,
                SocketSettings.ServerAddress,
                CommonSettings.Handlers,
                CommonSettings.Queue,
                SocketSettings.ServerConnections,
                CommonSettings.Receiving,
                CommonSettings.Codecs,
                SocketSettings.ServerTimes,
                CommonSettings.Draining,
                TlsSettings.Certificates,
                TlsSettings.ClientAuth,
                TlsSettings.Peers,
                TlsSettings.Handshake,
                LimitSettings,
                CommonSettings.NameHint {}
