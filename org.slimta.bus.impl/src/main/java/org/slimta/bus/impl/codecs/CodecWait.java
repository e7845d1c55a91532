package org.slimta.bus.impl.codecs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.osgi.framework.Bundle;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.concurrent.Threads;

/**
 * Finds codecs, and waits for a bounded time if one is missing, for example because its bundle is being replaced.
 * Closing it ends all waits. Thread-safe.
 */
final class CodecWait implements AutoCloseable {

    private final Codecs codecs;
    private final Duration timeout;
    private final Threads threads;
    private final Waits waits;

    /** All waits for codecs at one end of a bus, whatever their timeouts. */
    private static final class Waits {

        private final Set<CompletableFuture<XmlCodec<?>>> all = ConcurrentHashMap.newKeySet();
        private volatile boolean closed;
    }

    CodecWait(Codecs codecs, Duration timeout, Threads threads) {
        this(codecs, timeout, threads, new Waits());
    }

    private CodecWait(Codecs codecs, Duration timeout, Threads threads, Waits waits) {
        this.codecs = codecs;
        this.timeout = timeout;
        this.threads = threads;
        this.waits = waits;
    }

    /** Returns one with another timeout. Closing either of the two ends the waits of both. */
    CodecWait with(Duration newTimeout) {
        return new CodecWait(codecs, newTimeout, threads, waits);
    }

    XmlCodec<?> find(Class<?> type) {
        return codecs.find(type);
    }

    XmlCodec<?> find(PayloadType<?> type) {
        return type.find(codecs);
    }

    /** Returns the deadline of a wait that begins now, a time of {@link System#nanoTime()}. */
    long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    /** Blocks until the codec is there, at most until the deadline. */
    XmlCodec<?> await(PayloadType<?> type, long deadline) throws BusException, InterruptedException {
        CompletableFuture<XmlCodec<?>> ready = ready(type, deadline);
        XmlCodec<?> codec;
        try {
            codec = ready.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            ready.cancel(false); // If the thread was interrupted, nothing waits for it any more.
        }
        if (codec == null) {
            throw missing(type);
        }
        return codec;
    }

    /** Completes with the codec when it is there, or with null after the timeout. Does not block a thread. */
    CompletableFuture<XmlCodec<?>> ready(PayloadType<?> type) {
        return ready(type, deadline());
    }

    /**
     * Completes with the codec when it is there, or with null at the deadline or when this is closed. It completes on
     * the thread that registers the codec, or on the timer, so dependent actions must be short. Cancelling the future
     * ends the wait.
     */
    CompletableFuture<XmlCodec<?>> ready(PayloadType<?> type, long deadline) {
        CompletableFuture<XmlCodec<?>> ready = new CompletableFuture<>();
        XmlCodec<?> now = type.find(codecs);
        if (now != null) {
            ready.complete(now);
            return ready;
        }
        Runnable listener = () -> {
            XmlCodec<?> codec = type.find(codecs);
            if (codec != null || waits.closed) {
                ready.complete(codec);
            }
        };
        waits.all.add(ready);
        codecs.addListener(listener);
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        Future<?> timer = threads.after(left, () -> ready.complete(null));
        ready.whenComplete((codec, cancelled) -> {
            timer.cancel(false);
            codecs.removeListener(listener);
            waits.all.remove(ready);
        });
        listener.run();
        return ready;
    }

    @Override
    public void close() {
        waits.closed = true;
        waits.all.forEach(wait -> wait.complete(null));
    }

    /** Makes the failure of a transaction that has waited for a codec. */
    BusException missing(PayloadType<?> type) {
        return missing(
                type,
                waits.closed
                        ? ", and the bus is closed"
                        : ", waited " + timeout.toMillis() + " ms (missingCodecTimeout)");
    }

    /** Makes the failure of a caller that does not wait. */
    BusException missingNow(PayloadType<?> type) {
        return missing(type, " now");
    }

    private BusException missing(PayloadType<?> type, String when) {
        String wanted = type.objectClass() == null
                ? "with the property " + XmlCodec.TYPE_PROPERTY + "=" + type
                : "whose type() is that class or a supertype";
        return new BusException(
                Reason.NO_CODEC,
                "no codec for " + type + origin(type.objectClass()) + when
                        + "; install or start the bundle with an XmlCodec service " + wanted
                        + "; there are codecs for " + codecs.typeNames());
    }

    private static String origin(Class<?> type) {
        if (type == null) {
            return "";
        }
        Bundle bundle = Bundles.of(type);
        return bundle == null ? "" : " (of bundle " + bundle.getSymbolicName() + " " + bundle.getVersion() + ")";
    }
}
