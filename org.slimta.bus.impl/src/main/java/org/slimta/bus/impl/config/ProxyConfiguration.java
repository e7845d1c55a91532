package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured proxy, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus proxy",
        description = "Passes what one bus receives through filters to another.")
interface ProxyConfiguration
        extends CommonSettings.Name,
                CommonSettings.OptionalTypes,
                CommonSettings.Source,
                CommonSettings.Target,
                CommonSettings.Filters,
                CommonSettings.Handlers,
                CommonSettings.Draining {}
