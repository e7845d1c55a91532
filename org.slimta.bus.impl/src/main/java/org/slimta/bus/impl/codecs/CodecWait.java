package org.slimta.bus.impl.codecs;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;

/** Finds codecs, and waits a bounded time for one that is missing, as when its bundle is being replaced. Thread-safe. */
final class CodecWait {

    private final Codecs codecs;
    private final Duration timeout;

    CodecWait(Codecs codecs, Duration timeout) {
        this.codecs = codecs;
        this.timeout = timeout;
    }

    /** Blocks until there is a codec, at most for the time-out. */
    XmlCodec<?> await(Class<?> type) throws BusException, InterruptedException {
        XmlCodec<?> codec = codecs.find(type);
        if (codec != null) {
            return codec;
        }
        try {
            ready(type).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return now(type);
    }

    /** Completes when there is a codec, or the time-out is over; parks no thread. */
    CompletableFuture<Void> ready(Class<?> type) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Runnable listener = () -> {
            if (codecs.find(type) != null) {
                ready.complete(null);
            }
        };
        codecs.addListener(listener);
        listener.run();
        ready.completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS);
        ready.thenRun(() -> codecs.removeListener(listener));
        return ready;
    }

    /** The codec of a type, or the failure if there is none now. */
    XmlCodec<?> now(Class<?> type) throws BusException {
        XmlCodec<?> codec = codecs.find(type);
        if (codec == null) {
            throw missing(type);
        }
        return codec;
    }

    private BusException missing(Class<?> type) {
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
