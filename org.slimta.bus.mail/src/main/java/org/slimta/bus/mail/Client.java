package org.slimta.bus.mail;

/**
 * The client that submitted a message. Immutable. Unknown values are empty, not null.
 *
 * @param protocol the protocol of the client, such as {@code ESMTP}
 * @param ehlo the name that the client gave with {@code EHLO}
 * @param ip the address of the client
 * @param security how the connection was secured, such as {@code TLS}
 * @param receiver the name of the receiving host
 * @param auth the name that the client logged in with, or null if it did not log in
 */
public record Client(String protocol, String ehlo, String ip, String security, String receiver, String auth) {

    /**
     * Creates a client.
     *
     * @param protocol the protocol; null is treated as empty
     * @param ehlo the name given with {@code EHLO}; null is treated as empty
     * @param ip the address; null is treated as empty
     * @param security how the connection was secured; null is treated as empty
     * @param receiver the name of the receiving host; null is treated as empty
     * @param auth the name that the client logged in with, or null if it did not log in
     */
    public Client {
        protocol = orEmpty(protocol);
        ehlo = orEmpty(ehlo);
        ip = orEmpty(ip);
        security = orEmpty(security);
        receiver = orEmpty(receiver);
    }

    /**
     * Creates a client that did not log in.
     *
     * @param protocol the protocol; null is treated as empty
     * @param ehlo the name given with {@code EHLO}; null is treated as empty
     * @param ip the address; null is treated as empty
     * @param security how the connection was secured; null is treated as empty
     * @param receiver the name of the receiving host; null is treated as empty
     */
    public Client(String protocol, String ehlo, String ip, String security, String receiver) {
        this(protocol, ehlo, ip, security, receiver, null);
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
