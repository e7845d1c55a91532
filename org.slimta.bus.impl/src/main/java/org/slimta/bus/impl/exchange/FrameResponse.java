package org.slimta.bus.impl.exchange;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.ArrivedResponse;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * A frame of responses that has arrived, and is decoded when they are wanted.
 *
 * @param <R> type of the responses
 */
final class FrameResponse<R> implements ArrivedResponse<R> {

    private enum Weight {
        /** No caller waits for the responses: their memory counts as the caller's, like that of the objects later. */
        NOT_COUNTED,
        /** The frame counts as memory of the client. */
        COUNTED,
        /** The frame was decoded, or is no longer wanted. */
        DROPPED
    }

    private final ClientContext<R> client;
    private final int requestCount;
    private final String peer;
    private final Frame arrived;
    private final FrameHeader header;
    private final AtomicReference<Weight> weight = new AtomicReference<>(Weight.NOT_COUNTED);
    private volatile Decoder<R> reading;

    /**
     * Responses that have arrived.
     *
     * @param client their client
     * @param requestCount the number of the requests
     * @param peer the server, for messages
     * @param arrived the frame
     * @param header its header
     * @param reading reads it; null to read it with a codec that comes later
     */
    FrameResponse(
            ClientContext<R> client,
            int requestCount,
            String peer,
            Frame arrived,
            FrameHeader header,
            Decoder<R> reading) {
        this.client = client;
        this.requestCount = requestCount;
        this.peer = peer;
        this.arrived = arrived;
        this.header = header;
        this.reading = reading;
    }

    private long bytes() {
        return arrived.weight() + header.weight();
    }

    @Override
    public Headers headers() {
        return header.headers();
    }

    @Override
    public CompletableFuture<?> ready() {
        if (reading == null) {
            reading = client.exchange().coder().decoderNow(client.responseType());
        }
        return reading != null
                ? null
                : client.exchange().coder().decoder(client.responseType()).thenAccept(found -> reading = found);
    }

    @Override
    public void onWaiting() {
        if (weight.compareAndSet(Weight.NOT_COUNTED, Weight.COUNTED)) {
            client.arrivedResponses().add(bytes());
        }
    }

    @Override
    public void onDropped() {
        if (weight.getAndSet(Weight.DROPPED) == Weight.COUNTED) {
            client.arrivedResponses().add(-bytes());
        }
    }

    @Override
    public Outcome outcome() {
        return header.error() == null ? Outcome.PROCESSED : Outcome.UNKNOWN;
    }

    @Override
    public List<R> unpack() throws BusException {
        List<R> responses;
        try {
            responses = reading.decode(Envelope.RESPONSES, arrived, header);
        } catch (BusException e) {
            BusException failure = client.failures().at(peer, e);
            throw header.error() == null ? Failures.with(Outcome.PROCESSED, failure) : failure;
        }
        if (responses.size() != requestCount) {
            throw client.failures()
                    .of(
                            Reason.MISMATCH,
                            Outcome.PROCESSED,
                            peer,
                            "the server sent " + responses.size() + " responses to " + requestCount + " requests",
                            null);
        }
        return responses;
    }
}
