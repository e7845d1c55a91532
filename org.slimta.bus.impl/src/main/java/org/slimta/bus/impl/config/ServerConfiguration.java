package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured server, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus server",
        description = "Listens on a socket. What it receives goes to a handler, to a chain or a proxy, or to "
                              + "who uses the service BusServer.")
@interface ServerConfiguration {

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
            name = "Interface", required = false,
            description = "The name or address of the interface to listen on; 0.0.0.0 for all.")
    String host() default "127.0.0.1";

    @AttributeDefinition(
            name = "Port",
            description = "The TCP port to listen on; 0 to have one picked.")
    int port();

    @AttributeDefinition(
            name = "Transactions handled", required = false,
            description = "How many transactions may be with the handler and the filters at once.")
    int maxConcurrentHandlers() default 256;

    @AttributeDefinition(
            name = "Time for a handler", required = false,
            description = "How long a transaction waits for a handler, a filter or a bus that is missing, as when "
                                  + "its bundle is being replaced.")
    String missingHandlerTimeout() default "10s";

    @AttributeDefinition(
            name = "Queue size", required = false,
            description = "How many transactions may wait to be received. When it is full nothing more is read, or "
                                  + "sending waits.")
    int queueSize() default 1024;

    @AttributeDefinition(
            name = "Connections", required = false,
            description = "How many connections may be open at once. One more is closed.")
    int maxConnections() default 10000;

    @AttributeDefinition(
            name = "Connections of an address", required = false,
            description = "How many connections one address, or IPv6 network of 64 bits, may have open at once. "
                                  + "One more is closed.")
    int maxConnectionsPerAddress() default 1000;

    @AttributeDefinition(
            name = "In flight on a connection", required = false,
            description = "How many transactions of one connection may be without an answer. When there are so "
                                  + "many, nothing more is read from it.")
    int maxInFlightPerConnection() default 1024;

    @AttributeDefinition(
            name = "Bytes held", required = false,
            description = "How many bytes all connections together may hold: what has arrived of frames, requests "
                                  + "until they are answered, answers until they are taken. Then nothing more is read; if "
                                  + "nothing moves, those that hold most are closed. A size, or a share of the heap.")
    String memoryLimit() default "25%";

    @AttributeDefinition(
            name = "Time to receive", required = false,
            description = "How long a thread that receives waits for a request.")
    String receiveTimeout() default "60s";

    @AttributeDefinition(
            name = "Time for a codec", required = false,
            description = "How long a transaction waits for a codec that is missing, before NO_CODEC.")
    String missingCodecTimeout() default "5s";

    @AttributeDefinition(
            name = "Time for a frame", required = false,
            description = "How long a whole frame may take to arrive, or to leave.")
    String frameTimeout() default "60s";

    @AttributeDefinition(
            name = "Minimum rate", required = false,
            description = "How fast a large frame must arrive, or leave: for each so many bytes of it there is a "
                                  + "second more than frameTimeout.")
    String minRate() default "16KiB";

    @AttributeDefinition(
            name = "Time to answer", required = false,
            description = "How long a request may wait and be worked on, from when it has arrived.")
    String processingTimeout() default "600s";

    @AttributeDefinition(
            name = "Idle time", required = false,
            description = "How long a kept connection may carry nothing at all before it is closed.")
    String idleTimeout() default "120s";

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
            description = "File: the certificate of this server, and those that issued it, as PEM.")
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
                                  + "store.")
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
            name = "Client certificates", required = false,
            description = "Whether to ask clients for a certificate: none, wanted or required.")
    String tlsClientAuth() default "none";

    @AttributeDefinition(
            name = "Allowed peers", required = false,
            description = "Which of those with a good certificate are allowed, separated by semicolons: by "
                                  + "subject, as CN=edge,O=Example, or by name, as DNS:edge.example.com. Empty to allow all.")
    String tlsAllowedPeers() default "";

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
