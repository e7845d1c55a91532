package org.slimta.bus.impl.config;

import java.util.Set;
import org.slimta.bus.impl.status.Reportable;

/** A configured bus, open or not, as others know it that name it in their settings. */
interface NamedBus extends Reportable {

    /** What others can do with a bus. */
    enum End {
        /** They can receive from it, as chains and proxies do with the bus in their setting {@code from}. */
        RECEIVING,
        /** They can send to it, as proxies do with the bus in their setting {@code to}. */
        SENDING
    }

    /** {@return its kind, such as {@code server}} */
    String kind();

    /** {@return its name, or null if it has never had a valid configuration} */
    String name();

    /** {@return what others can do with the bus} */
    Set<End> ends();
}
