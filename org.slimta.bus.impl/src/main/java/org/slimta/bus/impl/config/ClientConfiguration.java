package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured client, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus client",
        description = "Sends to a server on a socket. It is used as the service BusClient, or by a proxy.")
@interface ClientConfiguration {

    @AttributeDefinition(
            name = "Name",
            description = "What the bus is called: by handlers and filters, by chains and proxies, in messages and "
                                  + "logs. Each has its own.")
    String slimta_bus_name();

    @AttributeDefinition(
            name = "Request type",
            description = "The codec of the requests (its property slimta.bus.codec.type), as mail.message.")
    String slimta_bus_request_type();

    @AttributeDefinition(
            name = "Response type",
            description = "The codec of the responses, as mail.reply.")
    String slimta_bus_response_type();

    @AttributeDefinition(
            name = "Host",
            description = "The name or address of the server.")
    String host();

    @AttributeDefinition(
            name = "Port",
            description = "The server's TCP port.")
    int port();

    @AttributeDefinition(
            name = "Transactions in flight", required = false,
            description = "How many transactions may be under way at once. With one more, sending waits.")
    int maxInFlight() default 256;

    @AttributeDefinition(
            name = "Bytes held", required = false,
            description = "How many bytes the client may hold: requests until they are answered, responses that arrive "
                                  + "or wait to be read. Then sending waits, and nothing more is read. A size, or a share "
                                  + "of the heap.")
    String memoryLimit() default "25%";

    @AttributeDefinition(
            name = "Pool size", required = false,
            description = "How many connections are kept and shared. 0: one for each transaction, as a Lua node does.")
    int poolSize() default 2;

    @AttributeDefinition(
            name = "Idle time", required = false,
            description = "How long a kept connection may be without a transaction before it is closed.")
    String idleTimeout() default "60s";

    @AttributeDefinition(
            name = "Ping interval", required = false,
            description = "After how long a silence the server is asked whether it is there; after as long again, "
                                  + "and 3 s at least, it is given up.")
    String pingInterval() default "10s";

    @AttributeDefinition(
            name = "Time to connect", required = false,
            description = "How long a connection may take to come about: the look-up of the name, all addresses, TLS.")
    String connectTimeout() default "10s";

    @AttributeDefinition(
            name = "Time to send", required = false,
            description = "How long to wait for room to send, before OVERLOADED.")
    String sendTimeout() default "10s";

    @AttributeDefinition(
            name = "Time to respond", required = false,
            description = "How long a whole transaction may take, as its client sees it.")
    String responseTimeout() default "60s";

    @AttributeDefinition(
            name = "Time for a codec", required = false,
            description = "How long a transaction waits for a codec that is missing, before NO_CODEC.")
    String missingCodecTimeout() default "5s";

    @AttributeDefinition(
            name = "Time to drain", required = false,
            description = "How long what was taken in may go on when the bus is closed, or when a handler, a "
                                  + "filter or a codec goes.")
    String drainTimeout() default "5s";

    @AttributeDefinition(
            name = "TLS", required = false,
            description = "Whether to encrypt. The other end must do so too.")
    boolean tls() default false;

    @AttributeDefinition(
            name = "Certificate", required = false,
            description = "File: the certificate of this client, if the server asks for one, and those that issued "
                                  + "it, as PEM.")
    String tlsCertificate() default "";

    @AttributeDefinition(
            name = "Private key", required = false,
            description = "File: the private key of the certificate, as PEM of PKCS #8.")
    String tlsPrivateKey() default "";

    @AttributeDefinition(
            name = "Key store", required = false,
            description = "File: a key store with both (PKCS #12 or JKS), in place of the two files.")
    String tlsKeyStore() default "";

    @AttributeDefinition(
            name = "Password", required = false,
            description = "What the key store, or the private key, is encrypted with.")
    String tlsPassword() default "";

    @AttributeDefinition(
            name = "Trust", required = false,
            description = "File: the certificates that are trusted to issue those of peers, as PEM or in a key "
                                  + "store. Without it a client trusts whom the JVM trusts.")
    String tlsTrust() default "";

    @AttributeDefinition(
            name = "Password of trust", required = false,
            description = "The password of the key store with trusted certificates.")
    String tlsTrustPassword() default "";

    @AttributeDefinition(
            name = "Protocols", required = false,
            description = "The versions of TLS to speak, separated by semicolons.")
    String tlsProtocols() default "TLSv1.3;TLSv1.2";

    @AttributeDefinition(
            name = "Allowed peers", required = false,
            description = "Which of those with a good certificate are allowed, separated by semicolons: by "
                                  + "subject, as CN=edge,O=Example, or by name, as DNS:edge.example.com. Empty to allow all.")
    String tlsAllowedPeers() default "";

    @AttributeDefinition(
            name = "Server name", required = false,
            description = "The name that the certificate of the server must have, if it is not the host.")
    String tlsServerName() default "";

    @AttributeDefinition(
            name = "Check server name", required = false,
            description = "Whether to check that name. Without that, whoever has any good certificate can be the "
                                  + "server.")
    boolean tlsCheckServerName() default true;

    @AttributeDefinition(
            name = "Time for the handshake", required = false,
            description = "How long the TLS handshake may take.")
    String handshakeTimeout() default "10s";

    @AttributeDefinition(
            name = "Parts", required = false,
            description = "Limit: parts of a frame, the XML counted.")
    int maxParts() default 16384;

    @AttributeDefinition(
            name = "Part size", required = false,
            description = "Limit: bytes of one attachment.")
    String maxPartSize() default "64MiB";

    @AttributeDefinition(
            name = "Frame size", required = false,
            description = "Limit: bytes of all parts of a frame together.")
    String maxFrameSize() default "128MiB";

    @AttributeDefinition(
            name = "XML size", required = false,
            description = "Limit: bytes of the XML.")
    String maxXmlSize() default "8MiB";

    @AttributeDefinition(
            name = "Depth", required = false,
            description = "Limit: nested elements.")
    int maxDepth() default 64;

    @AttributeDefinition(
            name = "Attributes", required = false,
            description = "Limit: attributes of one element.")
    int maxAttributes() default 64;

    @AttributeDefinition(
            name = "Elements", required = false,
            description = "Limit: elements of the XML.")
    int maxElements() default 100000;

    @AttributeDefinition(
            name = "Items", required = false,
            description = "Limit: requests, or responses, of one array.")
    int maxItems() default 10000;

    @AttributeDefinition(
            name = "Text size", required = false,
            description = "Limit: characters of one attribute, or of the text of one element.")
    String maxTextSize() default "1MiB";

    @AttributeDefinition(
            name = "Name size", required = false,
            description = "Limit: characters of one name in the XML.")
    int maxNameSize() default 1000;

    @AttributeDefinition(
            name = "Distinct names", required = false,
            description = "Limit: different names in the XML.")
    int maxDistinctNames() default 10000;

    @AttributeDefinition(
            name = "Prolog size", required = false,
            description = "Limit: bytes before the root element of the XML.")
    String maxPrologSize() default "64KiB";
}
