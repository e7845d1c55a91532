package org.slimta.bus.api.runtime;

/** Something that is not used. */
public class RejectedDTO {

    /** {@code configuration}, {@code codec}, {@code handler} or {@code filter}. */
    public String kind;

    /** The PID of the configuration, or the service id in digits; never null. */
    public String id;

    /** The symbolic name of its bundle, or null for a configuration. */
    public String bundle;

    /** What is wrong, and what would be right; never null. */
    public String reason;

    /** Nothing yet. */
    public RejectedDTO() {}
}
