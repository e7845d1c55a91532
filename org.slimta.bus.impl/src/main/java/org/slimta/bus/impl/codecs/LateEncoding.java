package org.slimta.bus.impl.codecs;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.wire.OutgoingFrame;

/** An encoding that continues when codecs are registered, without a thread that waits for them. */
final class LateEncoding {

    private final CodecWait codecs;
    private final Encoding encoding;
    private final Executor executor;
    private final long deadline;
    private final CompletableFuture<OutgoingFrame> frame = new CompletableFuture<>();

    LateEncoding(CodecWait codecs, Encoding encoding, Executor executor) {
        this.codecs = codecs;
        this.encoding = encoding;
        this.executor = executor;
        this.deadline = codecs.deadline();
    }

    /**
     * Writes what can be written now on this thread, and the rest on the executor. Completes with the frame or the
     * failure.
     */
    CompletableFuture<OutgoingFrame> start() {
        advance();
        return frame;
    }

    private void advance() {
        try {
            PayloadType<?> missing = encoding.advance();
            if (missing == null) {
                frame.complete(encoding.finish());
            } else {
                await(missing);
            }
        } catch (Throwable e) {
            frame.completeExceptionally(e);
        }
    }

    private void await(PayloadType<?> missing) {
        CompletableFuture<XmlCodec<?>> found = codecs.ready(missing, deadline);
        frame.whenComplete((written, failure) -> found.cancel(false)); // The frame is no longer wanted.
        found.whenComplete((codec, cancelled) -> {
            if (cancelled == null) {
                resumeOnExecutor(codec, missing);
            }
        });
    }

    /** Called by the thread that registers a codec, or by the timer: neither may be blocked. */
    private void resumeOnExecutor(XmlCodec<?> codec, PayloadType<?> missing) {
        try {
            executor.execute(() -> resume(codec, missing));
        } catch (RejectedExecutionException e) {
            frame.completeExceptionally(codecs.missing(missing));
        }
    }

    private void resume(XmlCodec<?> codec, PayloadType<?> missing) {
        if (frame.isDone()) {
            return;
        }
        if (codec == null) {
            frame.completeExceptionally(codecs.missing(missing));
            return;
        }
        try {
            encoding.writeCurrent(codec);
        } catch (Throwable e) {
            frame.completeExceptionally(e);
            return;
        }
        advance();
    }
}
