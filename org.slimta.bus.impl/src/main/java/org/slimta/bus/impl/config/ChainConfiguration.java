package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured chain, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus chain",
        description = "Passes the requests of a bus through filters to a handler, or to a user of its service "
                + "BusServer.")
interface ChainConfiguration
        extends CommonSettings.Name,
                CommonSettings.OptionalTypes,
                CommonSettings.Source,
                CommonSettings.Filters,
                CommonSettings.Handlers,
                CommonSettings.Queue,
                CommonSettings.Sending,
                CommonSettings.Receiving,
                CommonSettings.Draining,
                CommonSettings.NameHint {}
