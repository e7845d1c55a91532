package org.slimta.bus.nats.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slimta.bus.impl.config.CommonSettings;
import org.slimta.bus.impl.config.LimitSettings;

/** The settings of a server over NATS, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus NATS server",
        description =
                "Receives requests over a cluster of NATS nodes. They go to a handler, to a chain or a proxy, or to a "
                        + "user of the service BusServer.")
interface ServerConfiguration
        extends CommonSettings.Name,
                CommonSettings.RequiredTypes,
                EndSettings.Place,
                CommonSettings.Handlers,
                CommonSettings.Queue,
                EndSettings.ServerLimits,
                CommonSettings.Receiving,
                CommonSettings.Codecs,
                EndSettings.Presence,
                CommonSettings.Draining,
                LimitSettings,
                CommonSettings.NameHint {}
