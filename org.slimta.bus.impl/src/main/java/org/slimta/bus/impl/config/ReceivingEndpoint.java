package org.slimta.bus.impl.config;

import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * The receiving end of a configured bus. One dispatcher at a time may receive from it.
 *
 * @param inbox the requests
 * @param requestType the codec of the requests, or null if they are passed as objects
 * @param responseType the codec of the responses, or null if they are passed as objects
 * @param owner holds the name of the chain or proxy that has exclusive use of this end, or null if there is none
 */
record ReceivingEndpoint(
        Inbox<Object, Object> inbox, String requestType, String responseType, AtomicReference<String> owner) {

    ReceivingEndpoint(Inbox<Object, Object> inbox, String requestType, String responseType) {
        this(inbox, requestType, responseType, new AtomicReference<>());
    }
}
