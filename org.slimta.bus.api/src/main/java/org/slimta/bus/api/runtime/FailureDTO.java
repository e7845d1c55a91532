package org.slimta.bus.api.runtime;

/** The failure of one transaction. */
public class FailureDTO {

    /** When it failed, in milliseconds since 1970 UTC. */
    public long time;

    /** The name of the {@link org.slimta.bus.api.BusException.Reason}, never null. */
    public String reason;

    /** The name of the {@link org.slimta.bus.api.BusException.Outcome}, never null. */
    public String outcome;

    /** The message of the exception, at most 2,000 characters of it; never null. */
    public String message;

    /** Creates an empty DTO, whose fields the provider fills. */
    public FailureDTO() {}
}
