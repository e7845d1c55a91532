package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured local bus, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus local bus",
        description = "A queue inside the JVM. Both of its ends are services.")
interface LocalConfiguration
        extends CommonSettings.Name,
                CommonSettings.OptionalTypes,
                CommonSettings.Handlers,
                CommonSettings.Queue,
                CommonSettings.Sending,
                CommonSettings.Receiving,
                CommonSettings.Draining,
                CommonSettings.NameHint {}
