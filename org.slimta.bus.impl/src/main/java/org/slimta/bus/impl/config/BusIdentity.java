package org.slimta.bus.impl.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * What a configured bus is called and exchanges.
 *
 * @param name its name
 * @param requestType the codec of its requests, or null
 * @param responseType the codec of its responses, or null
 * @param others the user's own properties
 */
record BusIdentity(String name, String requestType, String responseType, Map<String, Object> others) {

    private static final String EXAMPLE_NAME = "relay";

    /** Of a bus on a socket, which has to know its types. */
    static BusIdentity withTypes(Settings settings) {
        return new BusIdentity(
                settings.required(BusConstants.BUS_NAME, EXAMPLE_NAME),
                settings.required(BusConstants.REQUEST_TYPE, "mail.message"),
                settings.required(BusConstants.RESPONSE_TYPE, "mail.reply"),
                Map.of());
    }

    /** Of a bus inside the JVM, where types need not be named. */
    static BusIdentity withoutTypes(Settings settings) {
        return new BusIdentity(
                settings.required(BusConstants.BUS_NAME, EXAMPLE_NAME),
                settings.text(BusConstants.REQUEST_TYPE),
                settings.text(BusConstants.RESPONSE_TYPE),
                Map.of());
    }

    /** The same with the user's own properties, to be called when all settings were read. */
    BusIdentity complete(Settings settings) throws InvalidConfigurationException {
        settings.check();
        return new BusIdentity(name, requestType, responseType, settings.others());
    }

    /** Tells which types were named. */
    void report(BusDTO bus) {
        bus.requestType = requestType;
        bus.responseType = responseType;
    }

    /** Whether those who use the one can go on with the other. */
    boolean isSameBus(BusIdentity other) {
        return name.equals(other.name)
                && Objects.equals(requestType, other.requestType)
                && Objects.equals(responseType, other.responseType);
    }

    /** The properties of its services. */
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
