package org.slimta.bus.impl.config;

import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * The receiving end of a configured bus, from which one pump may take.
 *
 * @param inbox where from
 * @param requestType the codec of its requests, or null if they are objects already
 * @param responseType the codec of its responses, or null
 * @param taker the name of the chain or the proxy that takes from it, if there is one
 */
record ReceivingEndpoint(Inbox<Object, Object> inbox, String requestType, String responseType, AtomicReference<String> taker) {

    ReceivingEndpoint(Inbox<Object, Object> inbox, String requestType, String responseType) {
        this(inbox, requestType, responseType, new AtomicReference<>());
    }
}
