package org.slimta.bus.api.runtime;

/** Everything that there is. */
public class RuntimeDTO {

    /** The open buses by their names, configured ones and those that bundles opened through a factory; never null. */
    public BusDTO[] buses;

    /** The codec services, those first that serve; never null. */
    public CodecDTO[] codecs;

    /** The handler services by rank; never null. */
    public HandlerDTO[] handlers;

    /** The filter services in the order in which they are called; never null. */
    public FilterDTO[] filters;

    /** What is not used, and why; never null. */
    public RejectedDTO[] rejected;

    /** Nothing yet. */
    public RuntimeDTO() {}
}
