package org.slimta.bus.impl.exchange;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.OutgoingFrame;

/** Encodes the responses of one request at a server: on this thread, or later if a thread of a bus would have to wait. */
final class ResponseEncoding {

    /** The request. Each encoding calls one of the methods once. */
    interface Request {

        /** Sends the responses, or throws the failure of the request. */
        void send(OutgoingFrame responses) throws BusException;

        /** Fails the request, and returns its failure, for the caller who sends the responses. */
        BusException cannotSend(BusException found);

        /** Fails the request after that caller has gone on, or logs the failure if the request has ended. */
        void failLater(BusException found);
    }

    private final ExchangeContext context;
    private final Executor threads;
    private final Request request;

    /** The threads run the codec if this thread must not. */
    ResponseEncoding(ExchangeContext context, Executor threads, Request request) {
        this.context = context;
        this.threads = threads;
        this.request = request;
    }

    /** Encodes and sends responses. The codec is used if no other one is registered; null for none. */
    void encode(Headers headers, List<?> responses, XmlCodec<?> fallback) throws BusException {
        if (context.threads().isWorkerThread()) {
            encodeWithoutWaiting(headers, responses, fallback);
            return;
        }
        OutgoingFrame encoded;
        try {
            encoded = context.coder().encode(Envelope.RESPONSES, headers, responses, fallback);
        } catch (BusException e) {
            throw request.cannotSend(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw request.cannotSend(
                    new BusException(Reason.NO_CODEC, "the thread was interrupted while it waited for a codec", e));
        }
        request.send(encoded);
    }

    /** A thread of a bus must not wait: if a codec is missing, the responses are sent when it has arrived. */
    private void encodeWithoutWaiting(Headers headers, List<?> responses, XmlCodec<?> fallback) throws BusException {
        CompletableFuture<OutgoingFrame> encoding =
                context.coder().encodeAsync(Envelope.RESPONSES, headers, responses, fallback, threads);
        if (!encoding.isDone()) {
            encoding.whenComplete(this::sendLater);
            return;
        }
        try {
            request.send(encoding.join());
        } catch (CompletionException e) {
            throw request.cannotSend(asBusException(e.getCause()));
        }
    }

    private void sendLater(OutgoingFrame encoded, Throwable failure) {
        if (failure != null) {
            request.failLater(asBusException(failure));
            return;
        }
        try {
            request.send(encoded);
        } catch (BusException e) {
            request.failLater(e);
        }
    }

    private static BusException asBusException(Throwable failure) {
        return failure instanceof BusException known
                ? known
                : new BusException(Reason.CODEC, String.valueOf(failure), failure);
    }
}
