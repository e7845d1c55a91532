package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import org.slimta.bus.api.PeerIdentity;

/** Notified of what a {@link TlsLayer} receives. Called on the thread that passes it what arrives. */
public interface TlsListener {

    /**
     * Bytes were decrypted.
     *
     * @param bytes the bytes; they belong to the listener until this returns
     */
    void onDecrypted(ByteBuffer bytes);

    /**
     * The handshake is complete.
     *
     * @param identity who the peer is; null if it has shown no certificate
     */
    void onSecured(PeerIdentity identity);

    /**
     * TLS has failed. Nothing more is received.
     *
     * @param why the reason, for a person
     * @param cause the exception, or null
     */
    void onFailed(String why, Throwable cause);

    /** The peer has said that it sends nothing more. */
    void onPeerDone();
}
