package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/**
 * The settings that do not depend on sockets, in groups. Each setting is declared once. The configuration of a kind of bus
 * extends its groups in the order in which tools show them: bnd goes through the interfaces depth first, from left to right,
 * and reads the methods of an interface before those that it extends.
 */
final class CommonSettings {

    private CommonSettings() {}

    /** The name, which every bus has. */
    interface Name {

        @AttributeDefinition(name = "Name",
                description = "What the bus is called: by handlers and filters, by chains and proxies, in messages "
                        + "and logs. Each has its own.")
        String slimta_bus_name();
    }

    /** The types of a bus that encodes what it carries. */
    interface RequiredTypes {

        @AttributeDefinition(name = "Request type",
                description = "The codec of the requests (its property slimta.bus.codec.type), as mail.message.")
        String slimta_bus_request_type();

        @AttributeDefinition(name = "Response type", description = "The codec of the responses, as mail.reply.")
        String slimta_bus_response_type();
    }

    /** The types of a bus that passes objects as they are. */
    interface OptionalTypes {

        @AttributeDefinition(name = "Request type", required = false, defaultValue = "",
                description = "The codec of the requests, as mail.message. Only told to others: inside the JVM "
                        + "objects are passed as they are.")
        String slimta_bus_request_type();

        @AttributeDefinition(name = "Response type", required = false, defaultValue = "",
                description = "The codec of the responses, as mail.reply. Only told to others.")
        String slimta_bus_response_type();
    }

    /** Where a chain or a proxy receives from. */
    interface Source {

        @AttributeDefinition(name = "From", description = "The name of the server, local bus or chain to receive from.")
        String from();
    }

    /** The bus that a proxy sends to. */
    interface Target {

        @AttributeDefinition(name = "To", description = "The name of the client or local bus to send to.")
        String to();
    }

    /** The filters that a chain or a proxy needs. */
    interface Filters {

        @AttributeDefinition(name = "Filters at least", required = false, defaultValue = "0",
                description = "With fewer filters than this, transactions wait. So nothing passes unfiltered while a "
                        + "filter is being replaced.")
        int minFilters();
    }

    /** How handlers and filters are called. */
    interface Handlers {

        @AttributeDefinition(name = "Transactions handled", required = false, defaultValue = "256",
                description = "How many transactions may be with the handler and the filters at once.")
        int maxConcurrentHandlers();

        @AttributeDefinition(name = "Time for a handler", required = false, defaultValue = "10s",
                description = "How long a transaction waits for a handler, a filter or a bus that is missing, as when "
                        + "its bundle is being replaced.")
        String missingHandlerTimeout();
    }

    /** The queue of a bus that is received from. */
    interface Queue {

        @AttributeDefinition(name = "Queue size", required = false, defaultValue = "1024",
                description = "How many transactions may wait to be received. When it is full nothing more is read, "
                        + "or sending waits.")
        int queueSize();
    }

    /** The times of a bus that is sent to. */
    interface Sending {

        @AttributeDefinition(name = "Time to send", required = false, defaultValue = "10s",
                description = "How long to wait for room to send, before OVERLOADED.")
        String sendTimeout();

        @AttributeDefinition(name = "Time to respond", required = false, defaultValue = "60s",
                description = "How long a whole transaction may take, as its client sees it.")
        String responseTimeout();
    }

    /** The times of a bus that is received from. */
    interface Receiving {

        @AttributeDefinition(name = "Time to receive", required = false, defaultValue = "60s",
                description = "How long a thread that receives waits for a request.")
        String receiveTimeout();
    }

    /** The times of a bus that encodes what it carries. */
    interface Codecs {

        @AttributeDefinition(name = "Time for a codec", required = false, defaultValue = "5s",
                description = "How long a transaction waits for a codec that is missing, before NO_CODEC.")
        String missingCodecTimeout();
    }

    /** How a bus is closed. */
    interface Draining {

        @AttributeDefinition(name = "Time to drain", required = false, defaultValue = "5s",
                description = "How long what was taken in may go on when the bus is closed, or when a handler, a "
                        + "filter or a codec goes.")
        String drainTimeout();
    }
}
