package org.slimta.bus.api;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** The other end of a transaction. Immutable. */
@ProviderType
public interface Peer {

    /**
     * {@return the name of the peer in messages and logs: {@code host:port}, or {@code local} inside the JVM; never
     * null}
     */
    String name();

    /** {@return the address of the peer, or null inside the JVM} */
    InetSocketAddress address();

    /**
     * {@return the identity of the peer according to its certificate; null without TLS, and for a client that was not
     * asked for a certificate or had none}
     */
    PeerIdentity identity();
}
