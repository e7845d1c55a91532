package org.slimta.bus.nats.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slimta.bus.impl.config.TlsSettings;

/** The settings of a connection to a cluster, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus NATS connection",
        description = "A connection to a cluster of NATS nodes, which servers and clients over NATS share.")
interface ConnectionConfiguration
        extends ConnectionSettings.Nodes,
                ConnectionSettings.Credentials,
                ConnectionSettings.Times,
                TlsSettings.Certificates,
                TlsSettings.Peers,
                TlsSettings.ServerName,
                TlsSettings.Handshake,
                ConnectionSettings.NameHint {}
