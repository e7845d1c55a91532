package org.slimta.bus.api.runtime;

/** A configuration or service that the provider does not use. */
public class RejectedDTO {

    /** {@code configuration}, {@code codec}, {@code handler}, {@code filter} or {@code observer}. */
    public String kind;

    /** The PID of the configuration, or the service id as decimal digits; never null. */
    public String id;

    /** The symbolic name of the bundle of the service, or null for a configuration. */
    public String bundle;

    /** The name of the bus in the configuration; null if it has none, and for a service. */
    public String busName;

    /** The kind of bus of the configuration, such as {@code server}; null if unknown, and for a service. */
    public String busKind;

    /** What is wrong and how to correct it, never null. */
    public String reason;

    /** The mistakes of {@link #reason} one by one; never null, empty if the provider does not tell them apart. */
    public String[] mistakes = {};

    /** Creates an empty DTO, whose fields the provider fills. */
    public RejectedDTO() {}
}
