package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured proxy, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus proxy",
        description = "Passes the requests of one bus through filters to another bus.")
interface ProxyConfiguration
        extends CommonSettings.Name,
                CommonSettings.OptionalTypes,
                CommonSettings.Source,
                CommonSettings.Target,
                CommonSettings.Filters,
                CommonSettings.Handlers,
                CommonSettings.Draining,
                CommonSettings.NameHint {}
