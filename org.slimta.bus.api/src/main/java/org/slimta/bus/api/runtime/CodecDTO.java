package org.slimta.bus.api.runtime;

/** One codec service. */
public class CodecDTO {

    /** Its service id. */
    public long serviceId;

    /** The name of its type ({@code slimta.bus.codec.type}), or null if it has none. */
    public String type;

    /** The name of its class of objects, never null. */
    public String objectClass;

    /** The name of its own class, never null. */
    public String codecClass;

    /** The symbolic name of its bundle, never null. */
    public String bundle;

    /** Its service ranking. */
    public int ranking;

    /** Whether it is the one that serves its type; if not, another has a higher rank. */
    public boolean serves;

    /** Nothing yet. */
    public CodecDTO() {}
}
