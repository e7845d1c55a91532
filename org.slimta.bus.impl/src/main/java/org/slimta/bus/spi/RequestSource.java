package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;

/**
 * Where the requests of one transaction came from, and where the reply goes. Implemented by a carrier. The methods are called on
 * any thread, and must not block.
 */
@ConsumerType
public interface RequestSource {

    /** {@return the client; always the same object, not null} */
    Peer peer();

    /** {@return whether the client cannot receive a reply any more, so that the requests need not be processed} */
    default boolean isGone() {
        return false;
    }

    /**
     * Sends the reply: the responses, or a failure. Called at most once, or a second time if {@link FrameBytes#next()} fails: then
     * on the thread that calls next, before that throws. Called again each time a {@link RememberedClient} asks for it.
     *
     * @param reply the bytes of the frame
     */
    void reply(FrameBytes reply);

    /**
     * The frame was rejected, and the number of its transaction is not known, so that there can be no reply: it was malformed,
     * too large, late, or there was no memory for it. It was certainly not processed. Called instead of {@link #reply}.
     *
     * @param failure why, with a message that names the server and the client
     */
    default void rejected(BusException failure) {}

    /**
     * The server has not processed the requests and will not, since it is closing: the client may send them elsewhere. Those of a
     * {@link RememberedClient} are also given back for other reasons. Called instead of reply.
     */
    void giveBack();
}
