package org.slimta.bus.impl.codecs;

import java.util.List;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.xml.XmlCodec;

/** The codecs that are registered now. Thread-safe. */
public interface Codecs {

    /**
     * Finds the codec of a type, or else that of its nearest supertype: superclasses and interfaces in the order of
     * their distance, a class before an interface at the same distance.
     *
     * @param type the type
     * @return the codec, or null if there is none now
     */
    XmlCodec<?> find(Class<?> type);

    /**
     * Finds the codecs with a given type name.
     *
     * @param name the name of a type, such as {@code mail.message}
     * @return the codecs that are registered now and not about to leave, the preferred one first; unmodifiable
     */
    List<XmlCodec<?>> named(String name);

    /**
     * Adds a listener. It is called after a codec was added, before a codec leaves, and after it has left, on the
     * thread that adds or removes the codec. Between the last two calls {@link #named} no longer returns the codec, but
     * {@link #find} still does: a listener that still needs the codec may block for a moment.
     *
     * @param listener the listener
     */
    void addListener(Runnable listener);

    /**
     * Removes a listener.
     *
     * @param listener a listener that was added
     */
    void removeListener(Runnable listener);

    /** {@return the names of the classes that have codecs now, each with the type name of its codec, sorted} */
    List<String> typeNames();

    /** {@return a snapshot of all codecs, in order of precedence} */
    List<CodecDTO> report();
}
