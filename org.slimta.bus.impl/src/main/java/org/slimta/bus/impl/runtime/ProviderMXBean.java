package org.slimta.bus.impl.runtime;

import java.util.List;

/** What JMX shows of the provider. Its name is {@code org.slimta.bus:type=provider}. */
public interface ProviderMXBean {

    /** {@return the version of the provider} */
    String getVersion();

    /** {@return the number of open buses} */
    int getBuses();

    /** {@return the number of open buses that are ready} */
    int getReadyBuses();

    /** {@return the number of codecs} */
    int getCodecs();

    /** {@return the number of handler services} */
    int getHandlers();

    /** {@return the number of filter services} */
    int getFilters();

    /** {@return the number of configurations and services that are not used} */
    int getRejected();

    /** {@return a line for each configuration and service that is not used, with the reason} */
    List<String> getRejections();
}
