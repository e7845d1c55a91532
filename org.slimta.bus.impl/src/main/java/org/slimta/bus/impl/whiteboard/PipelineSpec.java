package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slimta.bus.api.BusClient;

/**
 * What the transactions of a bus are to run through.
 *
 * @param name the name of the bus
 * @param properties the properties that the targets of handlers and filters are matched with
 * @param requestType the type whose codec reads its requests, or null if they are objects already
 * @param responseType the type whose codec writes its responses, or null
 * @param acceptsFilters whether it has filters
 * @param minFilters the smallest number of filters; with fewer, transactions wait
 * @param acceptsHandler whether it has a handler
 * @param downstream the bus that transactions are sent to if there is no handler, or null
 * @param hasOtherReceiver whether a user of its service, a chain or a proxy may receive from it if there is no handler
 * @param maxConcurrentHandlers the largest number of transactions that run at the same time
 * @param missingHandlerTimeout how long a transaction waits for a missing handler, filter or downstream bus
 * @param missingCodecTimeout how long a transaction waits for a missing codec
 * @param drainTimeout how long the removal of a handler, a filter or a codec waits for transactions that run through it
 */
public record PipelineSpec(
        String name,
        Map<String, Object> properties,
        String requestType,
        String responseType,
        boolean acceptsFilters,
        int minFilters,
        boolean acceptsHandler,
        Downstream downstream,
        BooleanSupplier hasOtherReceiver,
        int maxConcurrentHandlers,
        Duration missingHandlerTimeout,
        Duration missingCodecTimeout,
        Duration drainTimeout) {

    /**
     * The bus that transactions are sent to.
     *
     * @param name its name, for messages
     * @param client supplies its client, or null while it does not exist
     * @param absence supplies why it cannot be sent to at the moment, for messages
     */
    public record Downstream(String name, Supplier<BusClient<Object, Object>> client, Supplier<String> absence) {}
}
