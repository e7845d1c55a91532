package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of a configured proxy, as tools show them. */
@ObjectClassDefinition(
        name = "slimta.bus proxy",
        description = "Passes what one bus receives through filters to another.")
@interface ProxyConfiguration {

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
            name = "From",
            description = "The name of the server, local bus or chain to receive from.")
    String from();

    @AttributeDefinition(
            name = "To",
            description = "The name of the client or local bus to send to.")
    String to();

    @AttributeDefinition(
            name = "Filters at least", required = false,
            description = "With fewer filters than this, transactions wait. So nothing passes unfiltered while a "
                                  + "filter is being replaced.")
    int minFilters() default 0;

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
            name = "Time to drain", required = false,
            description = "How long what was taken in may go on when the bus is closed, or when a handler, a "
                                  + "filter or a codec goes.")
    String drainTimeout() default "5s";
}
