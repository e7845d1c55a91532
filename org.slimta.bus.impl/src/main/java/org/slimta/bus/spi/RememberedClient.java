package org.slimta.bus.spi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One life of a client, as a server remembers it, so that the client can ask what became of its requests. Source: the wire page,
 * part C. Thread-safe; the methods do not block.
 */
@ProviderType
public interface RememberedClient {

    /** The answer to a question about a request. */
    enum Answer {
        /** It is being processed, and is replied to later. */
        WORKING,
        /** It was replied to, and its source gets the same reply again. */
        REPLIED,
        /** It was not processed, and never will be: from now on, the server takes no request of a lower epoch. */
        UNKNOWN,
        /** It may have been processed, and there is no reply any more. */
        FORGOTTEN
    }

    /**
     * A request of this client is arriving. It is processed once, however often it arrives. It is given back if the queue is full,
     * there is no memory for it, the server is closing, or its epoch is too low.
     *
     * @param source where it comes from; gets the reply again, each time the client asks for it
     * @return takes the bytes of its frame, which is an array of requests with a number ({@code tx}) and an epoch
     */
    FrameReceiver newRequest(RequestSource source);

    /**
     * A large request of this client is about to arrive. Its number and epoch are looked at now, and not again when its last byte
     * is there.
     *
     * @param source as in {@link #newRequest(RequestSource)}
     * @param number the number of the request
     * @param epoch its epoch
     * @return takes the bytes of its frame; null if the request is not taken: it has arrived before, or is given back
     */
    FrameReceiver newRequest(RequestSource source, long number, long epoch);

    /**
     * The client asks what became of a request. If it is arriving it is unknown, and will not be taken when its last byte is there.
     *
     * @param number its number
     * @param epoch the epoch of the question, 1 or more
     * @return the answer; not null
     */
    Answer ask(long number, long epoch);

    /**
     * Returns the requests that were not answered.
     *
     * @param age only those that arrived at least so long ago, in nanoseconds
     * @return their numbers
     */
    List<Long> unanswered(long age);

    /**
     * The client does not wait for a response any more. If the request has not arrived, it is not processed when it does.
     *
     * @param number the number of the request
     */
    void cancel(long number);

    /** The client has gone. What it has sent is processed, and forgotten after {@code responseRetention}. */
    void left();
}
