package org.slimta.bus.telemetry;

import io.opentelemetry.api.common.AttributesBuilder;

/**
 * The address of one server.
 *
 * @param host its name or address, without brackets
 * @param port its port; -1 if there is none
 */
record Target(String host, int port) {

    /**
     * Reads a target.
     *
     * @param text {@code host:port}, the form of a carrier, or {@code local}; null for none
     * @return the target; null if the text is not the address of one server
     */
    static Target of(String text) {
        if (text == null || text.equals("local") || text.indexOf(';') >= 0) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        if (colon <= 0 || !digits.matches("[0-9]{1,5}")) {
            return new Target(text, -1);
        }
        String host = text.substring(0, colon);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        return new Target(brackets ? host.substring(1, host.length() - 1) : host, Integer.parseInt(digits));
    }

    void addTo(AttributesBuilder attributes) {
        attributes.put(Conventions.SERVER_ADDRESS, host);
        if (port >= 0) {
            attributes.put(Conventions.SERVER_PORT, port);
        }
    }
}
