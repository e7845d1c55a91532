package org.slimta.bus.impl.codecs;

import java.util.List;
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
     * Calls a listener after each codec that comes or leaves, on the thread that brings or takes it.
     *
     * @param listener what to call; must not block
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
     * @return their names, sorted
     */
    List<String> typeNames();
}
