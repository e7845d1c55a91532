package org.slimta.bus.spi;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.tls.Tls;

/**
 * The certificates of a client whose connections are opened by a library. Files that were replaced on disk are read again; if they
 * cannot be used, the previous certificates stay in use. Thread-safe.
 */
@ProviderType
public final class CarrierTls {

    private final Tls tls;

    private CarrierTls(Tls tls) {
        this.tls = tls;
    }

    /**
     * Reads the files. Blocks as long as the file system does.
     *
     * @param options the options; not null
     * @return the certificates
     * @throws IOException if a file cannot be used; the message says which and why
     */
    public static CarrierTls of(TlsOptions options) throws IOException {
        return new CarrierTls(Tls.of(options, true));
    }

    /**
     * Makes a context for the next connection. Does not block; files that have changed are read meanwhile, for the connection after
     * that.
     *
     * @param who whose connection it is, for the log; not null
     * @return a context whose sockets check the name of the server, unless the options say otherwise. It makes sockets over
     *     connections that exist, and nothing else
     */
    public SSLContext context(Object who) {
        tls.refresh(who);
        return tls.socketContext();
    }
}
