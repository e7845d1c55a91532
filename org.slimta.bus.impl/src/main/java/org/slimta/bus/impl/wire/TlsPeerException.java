package org.slimta.bus.impl.wire;

import org.slimta.bus.api.BusException;

/** The peer has begun a TLS handshake, although TLS is off for this bus. */
public final class TlsPeerException extends BusException {

    private static final long serialVersionUID = 1L;

    TlsPeerException() {
        super(Reason.MALFORMED, "the peer uses TLS, but TLS is off for this bus; set tls at both ends or at neither");
    }
}
