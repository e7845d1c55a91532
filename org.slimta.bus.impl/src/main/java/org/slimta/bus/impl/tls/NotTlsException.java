package org.slimta.bus.impl.tls;

import javax.net.ssl.SSLException;

/** Bytes that arrived are not a TLS record. */
final class NotTlsException extends SSLException {

    private static final long serialVersionUID = 1L;

    NotTlsException() {
        super("the peer sent bytes that are not a TLS record; perhaps it does not use TLS");
    }
}
