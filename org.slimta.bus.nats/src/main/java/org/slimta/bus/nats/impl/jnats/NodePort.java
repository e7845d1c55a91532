package org.slimta.bus.nats.impl.jnats;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.impl.SocketDataPort;
import java.io.EOFException;
import java.io.IOException;

/**
 * The socket to a node. It tells the connection what goes wrong while reading: without that, the library waits for a node that has
 * refused as long as for one that does not answer, and does not say why. The library creates it by its name.
 */
public final class NodePort extends SocketDataPort {

    /** Is told that nothing more can be read. Implemented by the error listener of a connection. */
    interface Reader {

        /** Reading has failed, or has come to its end. Must not block. */
        void readFailed(IOException why);
    }

    /** Creates a port without a socket. */
    public NodePort() {}

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            int count = super.read(target, offset, length);
            if (count < 0) {
                tell(new EOFException("the node has closed the connection"));
            }
            return count;
        } catch (IOException e) {
            tell(e);
            throw e;
        }
    }

    private void tell(IOException why) {
        Connection of = connection;
        ErrorListener listener = of == null ? null : of.getOptions().getErrorListener();
        if (listener instanceof Reader reader) {
            reader.readFailed(why);
        }
    }
}
