package org.slimta.bus.mail;

/**
 * Who handed in a message. Immutable. What is not known is empty, not null.
 *
 * @param protocol what it spoke, such as {@code ESMTP}
 * @param ehlo how it called itself
 * @param ip its address
 * @param security how the connection was secured, such as {@code TLS}
 * @param receiver how the receiving host calls itself
 * @param auth as whom it logged in, or null if it did not
 */
public record Client(String protocol, String ehlo, String ip, String security, String receiver, String auth) {

    /**
     * Makes a client.
     *
     * @param protocol what it spoke; null counts as empty
     * @param ehlo how it called itself; null counts as empty
     * @param ip its address; null counts as empty
     * @param security how the connection was secured; null counts as empty
     * @param receiver how the receiving host calls itself; null counts as empty
     * @param auth as whom it logged in, or null if it did not
     */
    public Client {
        protocol = orEmpty(protocol);
        ehlo = orEmpty(ehlo);
        ip = orEmpty(ip);
        security = orEmpty(security);
        receiver = orEmpty(receiver);
    }

    /**
     * Makes a client that did not log in.
     *
     * @param protocol what it spoke; null counts as empty
     * @param ehlo how it called itself; null counts as empty
     * @param ip its address; null counts as empty
     * @param security how the connection was secured; null counts as empty
     * @param receiver how the receiving host calls itself; null counts as empty
     */
    public Client(String protocol, String ehlo, String ip, String security, String receiver) {
        this(protocol, ehlo, ip, security, receiver, null);
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
