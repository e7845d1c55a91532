package org.slimta.bus.api;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** The other end of a transaction. Immutable. */
@ProviderType
public interface Peer {

    /**
     * Names the peer in messages and logs.
     *
     * @return {@code host:port}, or {@code local} within the JVM; never null
     */
    String name();

    /**
     * Tells where the peer is.
     *
     * @return its address, or null within the JVM
     */
    InetSocketAddress address();

    /**
     * Tells who the peer is, if it has shown a certificate.
     *
     * @return who it is; null without TLS, and for a client that was not asked for a certificate or had none
     */
    PeerIdentity identity();
}
