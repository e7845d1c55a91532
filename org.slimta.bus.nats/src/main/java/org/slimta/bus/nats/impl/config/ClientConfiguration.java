package org.slimta.bus.nats.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slimta.bus.impl.config.CommonSettings;
import org.slimta.bus.impl.config.LimitSettings;

/** The settings of a client over NATS, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus NATS client",
        description = "Sends requests over a cluster of NATS nodes, each to one of the servers with the same subject.")
interface ClientConfiguration
        extends CommonSettings.Name,
                CommonSettings.RequiredTypes,
                EndSettings.Place,
                EndSettings.ClientLimits,
                CommonSettings.Sending,
                EndSettings.Silence,
                CommonSettings.Codecs,
                CommonSettings.Draining,
                LimitSettings,
                CommonSettings.NameHint {}
