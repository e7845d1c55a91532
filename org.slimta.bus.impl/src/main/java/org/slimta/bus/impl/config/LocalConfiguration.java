package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured local bus, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus local bus",
        description = "A queue inside the JVM. Both its ends are services.")
@interface LocalConfiguration {

    @AttributeDefinition(
            name = "Name",
            description = "What the bus is called: by handlers and filters, by chains and proxies, in messages and "
                                  + "logs. Each has its own.")
    String slimta_bus_name();

    @AttributeDefinition(
            name = "Request type", required = false,
            description = "The codec of the requests, as mail.message. Only told to others: inside the JVM objects "
                                  + "are passed as they are.")
    String slimta_bus_request_type() default "";

    @AttributeDefinition(
            name = "Response type", required = false,
            description = "The codec of the responses, as mail.reply. Only told to others.")
    String slimta_bus_response_type() default "";

    @AttributeDefinition(
            name = "Transactions handled", required = false,
            description = "How many transactions may be with the handler and the filters at once.")
    int maxConcurrentHandlers() default 256;

    @AttributeDefinition(
            name = "Time for a handler", required = false,
            description = "How long a transaction waits for a handler, a filter or a bus that is missing, as when "
                                  + "its bundle is being replaced.")
    String missingHandlerTimeout() default "10s";

    @AttributeDefinition(
            name = "Queue size", required = false,
            description = "How many transactions may wait to be received. When it is full nothing more is read, or "
                                  + "sending waits.")
    int queueSize() default 1024;

    @AttributeDefinition(
            name = "Time to send", required = false,
            description = "How long to wait for room to send, before OVERLOADED.")
    String sendTimeout() default "10s";

    @AttributeDefinition(
            name = "Time to respond", required = false,
            description = "How long a whole transaction may take, as its client sees it.")
    String responseTimeout() default "60s";

    @AttributeDefinition(
            name = "Time to receive", required = false,
            description = "How long a thread that receives waits for a request.")
    String receiveTimeout() default "60s";

    @AttributeDefinition(
            name = "Time to drain", required = false,
            description = "How long what was taken in may go on when the bus is closed, or when a handler, a "
                                  + "filter or a codec goes.")
    String drainTimeout() default "5s";
}
