package org.slimta.bus.api.runtime;

/** One codec service. */
public class CodecDTO {

    /** Its service id. */
    public long serviceId;

    /** The name of its type ({@code slimta.bus.codec.type}), or null if it has none. */
    public String type;

    /** The name of the class of the objects that it writes and reads, never null. */
    public String objectClass;

    /** The name of the class of the codec, never null. */
    public String codecClass;

    /** The symbolic name of its bundle, never null. */
    public String bundle;

    /** Its service ranking. */
    public int ranking;

    /** Whether this codec serves its type; if not, another one has a higher rank. */
    public boolean serves;

    /** Creates an empty DTO, whose fields the provider fills. */
    public CodecDTO() {}
}
