package org.slimta.bus.api.runtime;

/** One handler service. */
public class HandlerDTO {

    /** Its service id. */
    public long serviceId;

    /** The LDAP filter for the buses to serve ({@code slimta.bus.whiteboard.target}), never null. */
    public String target;

    /** The name of its class, never null. */
    public String handlerClass;

    /** The symbolic name of its bundle, never null. */
    public String bundle;

    /** Its service ranking. */
    public int ranking;

    /** The names of the buses that it serves at the moment, never null. */
    public String[] buses;

    /** Creates an empty DTO, whose fields the provider fills. */
    public HandlerDTO() {}
}
