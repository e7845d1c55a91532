package org.slimta.bus.telemetry;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Locale;
import org.slimta.bus.api.Headers;

/** Reads the context of a trace from headers. */
enum HeaderGetter implements TextMapGetter<Headers> {
    /** The only one. */
    INSTANCE;

    @Override
    public Iterable<String> keys(Headers headers) {
        return headers.names();
    }

    @Override
    public String get(Headers headers, String key) {
        return headers == null ? null : headers.get(key.toLowerCase(Locale.ROOT));
    }
}
