package org.slimta.bus.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The names of OpenTelemetry's semantic conventions for remote procedure calls, version 1.45.0, in which they are stable, and
 * the names of this project's own attributes.
 */
final class Conventions {

    /** The version of the conventions. */
    static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.45.0";

    /** The value of {@link #SYSTEM}. */
    static final String SLIMTA = "slimta";

    static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    static final AttributeKey<String> STATUS = AttributeKey.stringKey("rpc.status_code");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
    static final AttributeKey<Long> CLIENT_PORT = AttributeKey.longKey("client.port");
    static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("code.function.name");

    static final AttributeKey<String> BUS = AttributeKey.stringKey("slimta.bus.name");
    static final AttributeKey<String> KIND = AttributeKey.stringKey("slimta.bus.kind");
    static final AttributeKey<Long> REQUESTS = AttributeKey.longKey("slimta.bus.requests");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("slimta.bus.outcome");
    static final AttributeKey<Double> QUEUED = AttributeKey.doubleKey("slimta.bus.queued");

    static final String CLIENT_DURATION = "rpc.client.call.duration";
    static final String SERVER_DURATION = "rpc.server.call.duration";
    static final String SECONDS = "s";

    /** In seconds. */
    static final List<Double> BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private Conventions() {}
}
