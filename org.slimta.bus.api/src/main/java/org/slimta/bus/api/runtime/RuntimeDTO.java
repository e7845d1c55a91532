package org.slimta.bus.api.runtime;

/** A snapshot of the provider: all buses and services, and what was rejected. */
public class RuntimeDTO {

    /** The open buses, both configured and opened by bundles through a factory, sorted by name; never null. */
    public BusDTO[] buses;

    /** The codec services, with those that serve their type first; never null. */
    public CodecDTO[] codecs;

    /** The handler services, sorted by rank; never null. */
    public HandlerDTO[] handlers;

    /** The filter services in the order in which they are called; never null. */
    public FilterDTO[] filters;

    /** The configurations and services that are not used, with the reasons; never null. */
    public RejectedDTO[] rejected;

    /** The version of the provider, such as {@code 0.1.0}; never null. */
    public String version;

    /** Creates an empty DTO, whose fields the provider fills. */
    public RuntimeDTO() {}
}
