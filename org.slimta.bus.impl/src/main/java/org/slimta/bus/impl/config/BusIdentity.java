package org.slimta.bus.impl.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * The name, the types and the custom properties of a configured bus.
 *
 * @param name its name
 * @param requestType the codec of its requests, or null
 * @param responseType the codec of its responses, or null
 * @param others the custom properties, which the services of the bus have too
 */
record BusIdentity(String name, String requestType, String responseType, Map<String, Object> others) {

    private static final String EXAMPLE_NAME = "relay";

    /** Reads the identity of a bus on a socket, which must know its types. */
    static BusIdentity withTypes(Settings settings) {
        return new BusIdentity(
                settings.required(BusConstants.BUS_NAME, EXAMPLE_NAME),
                settings.required(BusConstants.REQUEST_TYPE, "mail.message"),
                settings.required(BusConstants.RESPONSE_TYPE, "mail.reply"),
                Map.of());
    }

    /** Reads the identity of a bus inside the JVM, which may have no types. */
    static BusIdentity withoutTypes(Settings settings) {
        return new BusIdentity(
                settings.required(BusConstants.BUS_NAME, EXAMPLE_NAME),
                settings.text(BusConstants.REQUEST_TYPE),
                settings.text(BusConstants.RESPONSE_TYPE),
                Map.of());
    }

    /**
     * {@return this identity with the custom properties} Call it after all settings have been read, because the custom
     * properties are those that nobody has read.
     *
     * @throws InvalidConfigurationException if there was a problem with any of the settings
     */
    BusIdentity complete(Settings settings) throws InvalidConfigurationException {
        settings.check();
        return new BusIdentity(name, requestType, responseType, settings.others());
    }

    /** Writes the types to a report. */
    void report(BusDTO bus) {
        bus.requestType = requestType;
        bus.responseType = responseType;
    }

    /** {@return whether users of a bus with this identity can continue with one that has the other} */
    boolean isSameBus(BusIdentity other) {
        return name.equals(other.name)
                && Objects.equals(requestType, other.requestType)
                && Objects.equals(responseType, other.responseType);
    }

    /**
     * {@return the properties of the services of the bus}
     *
     * @param kind the value of {@code slimta.bus.kind}
     * @param address the value of {@code slimta.bus.address}, or null if the bus has none
     */
    Map<String, Object> properties(String kind, String address) {
        Map<String, Object> properties = new HashMap<>(others);
        properties.put(BusConstants.BUS_NAME, name);
        properties.put(BusConstants.BUS_KIND, kind);
        if (requestType != null) {
            properties.put(BusConstants.REQUEST_TYPE, requestType);
        }
        if (responseType != null) {
            properties.put(BusConstants.RESPONSE_TYPE, responseType);
        }
        if (address != null) {
            properties.put(BusConstants.BUS_ADDRESS, address);
        }
        return properties;
    }
}
