package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/**
 * The settings that do not depend on sockets, in groups. Each setting is declared once. The configuration of a kind of
 * bus extends its groups in the order in which tools show them: bnd visits the interfaces depth first, from left to
 * right, and reads the methods of an interface before those that it inherits.
 */
public final class CommonSettings {

    private CommonSettings() {}

    /** The name of a bus. */
    public interface Name {

        @AttributeDefinition(
                name = "Name",
                description = "The name of the bus, used by handlers, filters, chains and proxies, and in messages "
                        + "and logs. It must be unique.")
        String slimta_bus_name();
    }

    /** What the Web Console shows in its list of configurations. It is not a setting of the bus. */
    public interface NameHint {

        @AttributeDefinition(
                name = "Name hint",
                required = false,
                defaultValue = "{slimta.bus.name}",
                description = "What the Web Console shows in its list of configurations.")
        String webconsole_configurationFactory_nameHint();
    }

    /** The types of a bus that encodes requests and responses. */
    public interface RequiredTypes {

        @AttributeDefinition(
                name = "Request type",
                description = "The codec of the requests (its property slimta.bus.codec.type), for example "
                        + "mail.message.")
        String slimta_bus_request_type();

        @AttributeDefinition(
                name = "Response type",
                description = "The codec of the responses, for example mail.reply.")
        String slimta_bus_response_type();
    }

    /** The types of a bus that passes objects by reference. */
    public interface OptionalTypes {

        @AttributeDefinition(
                name = "Request type",
                required = false,
                defaultValue = "",
                description = "The codec of the requests, for example mail.message. For information only: inside the "
                        + "JVM objects are passed as they are.")
        String slimta_bus_request_type();

        @AttributeDefinition(
                name = "Response type",
                required = false,
                defaultValue = "",
                description = "The codec of the responses, for example mail.reply. For information only.")
        String slimta_bus_response_type();
    }

    /** The bus that a chain or a proxy receives from. */
    public interface Source {

        @AttributeDefinition(
                name = "Source bus",
                description = "The name of the server, local bus or chain to receive from.")
        String from();
    }

    /** The bus that a proxy sends to. */
    public interface Target {

        @AttributeDefinition(name = "Target bus", description = "The name of the client or local bus to send to.")
        String to();
    }

    /** The number of filters that a chain or a proxy needs. */
    public interface Filters {

        @AttributeDefinition(
                name = "Minimum number of filters",
                required = false,
                defaultValue = "0",
                description = "While fewer filters than this are registered, transactions wait. So nothing passes "
                        + "unfiltered while a filter is being replaced.")
        int minFilters();
    }

    /** The limits of a bus that calls handlers and filters. */
    public interface Handlers {

        @AttributeDefinition(
                name = "Maximum concurrent handlers",
                required = false,
                defaultValue = "256",
                description = "How many transactions the handler and the filters may process at the same time.")
        int maxConcurrentHandlers();

        @AttributeDefinition(
                name = "Missing handler timeout",
                required = false,
                defaultValue = "10s",
                description = "How long a transaction waits for a handler, a filter or a bus that is missing, for "
                        + "example because its bundle is being replaced.")
        String missingHandlerTimeout();
    }

    /** The queue of a bus that receives requests. */
    public interface Queue {

        @AttributeDefinition(
                name = "Queue size",
                required = false,
                defaultValue = "1024",
                description = "How many transactions may wait to be received. When the queue is full, a server stops "
                        + "reading from its connections; on other buses, senders wait.")
        int queueSize();
    }

    /** The timeouts of a bus that sends requests. */
    public interface Sending {

        @AttributeDefinition(
                name = "Send timeout",
                required = false,
                defaultValue = "10s",
                description = "How long a sender waits for free space before the transaction fails with OVERLOADED.")
        String sendTimeout();

        @AttributeDefinition(
                name = "Response timeout",
                required = false,
                defaultValue = "60s",
                description = "How long a whole transaction may take, measured at its client.")
        String responseTimeout();
    }

    /** The timeout of a bus that receives requests. */
    public interface Receiving {

        @AttributeDefinition(
                name = "Receive timeout",
                required = false,
                defaultValue = "60s",
                description = "How long a call to recvRequest() waits for a request.")
        String receiveTimeout();
    }

    /** The timeout of a bus that encodes requests and responses. */
    public interface Codecs {

        @AttributeDefinition(
                name = "Missing codec timeout",
                required = false,
                defaultValue = "5s",
                description =
                        "How long a transaction waits for a codec that is missing, before it fails with " + "NO_CODEC.")
        String missingCodecTimeout();
    }

    /** The timeout for closing a bus. */
    public interface Draining {

        @AttributeDefinition(
                name = "Drain timeout",
                required = false,
                defaultValue = "5s",
                description = "How long accepted transactions may continue when the bus is closed, or when a handler, "
                        + "a filter or a codec is unregistered.")
        String drainTimeout();
    }
}
