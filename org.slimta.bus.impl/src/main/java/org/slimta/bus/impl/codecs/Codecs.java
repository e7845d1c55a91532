package org.slimta.bus.impl.codecs;

import java.util.List;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.xml.XmlCodec;

/** The codecs that there are now. Thread-safe. */
public interface Codecs {

    /**
     * Finds the codec of a type, or else of its nearest supertype: superclasses and interfaces by their distance, a class
     * before an interface of the same distance.
     *
     * @param type the type
     * @return the codec, or null if there is none now
     */
    XmlCodec<?> find(Class<?> type);

    /**
     * Finds the codecs that have a name.
     *
     * @param name the name of a type, as {@code mail.message}
     * @return those that there are now and that are not about to leave, the one that serves first; unmodifiable
     */
    List<XmlCodec<?>> named(String name);

    /**
     * Calls a listener after each codec that comes, before each that leaves and after it has left, on the thread that brings
     * or takes it. Between the two {@link #named} does not tell of it any more, but {@link #find} does: who is not done with
     * it may have it wait for a moment.
     *
     * @param listener what to call
     */
    void addListener(Runnable listener);

    /**
     * Calls a listener no more.
     *
     * @param listener what was added
     */
    void removeListener(Runnable listener);

    /**
     * The types that there are codecs of now.
     *
     * @return the names of their classes, each with the name that its codec gives it, sorted
     */
    List<String> typeNames();

    /**
     * All codecs.
     *
     * @return a snapshot, those first that serve
     */
    List<CodecDTO> report();
}
