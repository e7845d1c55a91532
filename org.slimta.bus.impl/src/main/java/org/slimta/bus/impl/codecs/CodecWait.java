package org.slimta.bus.impl.codecs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.transaction.Threads;

/**
 * Finds codecs, and waits a bounded time for one that is missing, as when its bundle is being replaced. Closing it ends all
 * waits. Thread-safe.
 */
final class CodecWait implements AutoCloseable {

    private final Codecs codecs;
    private final Duration timeout;
    private final Threads threads;
    private final Set<CompletableFuture<XmlCodec<?>>> waits = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    CodecWait(Codecs codecs, Duration timeout, Threads threads) {
        this.codecs = codecs;
        this.timeout = timeout;
        this.threads = threads;
    }

    XmlCodec<?> find(Class<?> type) {
        return codecs.find(type);
    }

    /** Blocks until there is a codec, at most for the time-out. */
    XmlCodec<?> await(Class<?> type) throws BusException, InterruptedException {
        XmlCodec<?> codec = codecs.find(type);
        if (codec == null) {
            try {
                codec = ready(type).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        if (codec == null) {
            throw missing(type);
        }
        return codec;
    }

    /** Completes with the codec when there is one, or with null when the time-out is over; parks no thread. */
    CompletableFuture<XmlCodec<?>> ready(Class<?> type) {
        CompletableFuture<XmlCodec<?>> ready = new CompletableFuture<>();
        XmlCodec<?> now = codecs.find(type);
        if (now != null) {
            ready.complete(now);
            return ready;
        }
        Runnable listener = () -> {
            XmlCodec<?> codec = codecs.find(type);
            if (codec != null || closed) {
                ready.complete(codec);
            }
        };
        waits.add(ready);
        codecs.addListener(listener);
        Future<?> timer = threads.after(timeout, () -> ready.complete(null));
        ready.thenRun(() -> {
            timer.cancel(false);
            codecs.removeListener(listener);
            waits.remove(ready);
        });
        listener.run();
        return ready;
    }

    @Override
    public void close() {
        closed = true;
        waits.forEach(wait -> wait.complete(null));
    }

    BusException missing(Class<?> type) {
        return new BusException(
                Reason.NO_CODEC,
                "no codec for " + type.getName() + origin(type) + ", waited " + timeout.toMillis()
                        + " ms (codecTimeout); install or start the bundle with an XmlCodec service whose type() is that class"
                        + " or a supertype; there are codecs for " + codecs.typeNames());
    }

    private static String origin(Class<?> type) {
        try {
            Bundle bundle = FrameworkUtil.getBundle(type);
            return bundle == null ? "" : " (of bundle " + bundle.getSymbolicName() + " " + bundle.getVersion() + ")";
        } catch (LinkageError e) {
            return ""; // a plain class path without OSGi
        }
    }
}
