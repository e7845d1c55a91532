package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slimta.bus.api.BusClient;

/**
 * What a bus wants its transactions to run through.
 *
 * @param name the name of the bus
 * @param properties what targets of the whiteboard are matched with
 * @param requestType the codec that reads its requests, or null if they are objects already
 * @param responseType the codec that writes its responses, or null
 * @param takesFilters whether filters are for it
 * @param minFilters with fewer, transactions wait
 * @param takesHandler whether handlers are for it
 * @param behind where transactions go if there is no handler; gives null if that is not there now, and is null if there is no
 *     such place
 * @param isReceivedFrom whether somebody else may receive from it if there is no handler
 * @param maxConcurrentHandlers how many transactions may run at once
 * @param missingHandlerTimeout how long a transaction waits for what is missing
 * @param missingCodecTimeout how long a transaction waits for a codec that is missing
 * @param drainTimeout how long a handler, a filter or a codec that goes is held up by what runs through it
 */
public record PipelineSpec(
        String name,
        Map<String, Object> properties,
        String requestType,
        String responseType,
        boolean takesFilters,
        int minFilters,
        boolean takesHandler,
        Supplier<BusClient<Object, Object>> behind,
        BooleanSupplier isReceivedFrom,
        int maxConcurrentHandlers,
        Duration missingHandlerTimeout,
        Duration missingCodecTimeout,
        Duration drainTimeout) {}
