package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured client, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus client",
        description = "Sends requests to a server on a socket. It is used as the service BusClient, or by a proxy.")
interface ClientConfiguration
        extends CommonSettings.Name,
                CommonSettings.RequiredTypes,
                SocketSettings.ClientAddress,
                SocketSettings.ClientConnections,
                CommonSettings.Sending,
                CommonSettings.Codecs,
                CommonSettings.Draining,
                TlsSettings.Certificates,
                TlsSettings.Peers,
                TlsSettings.ServerName,
                TlsSettings.Handshake,
                LimitSettings,
                CommonSettings.NameHint {}
