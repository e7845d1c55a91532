package org.slimta.bus.impl.whiteboard;

import java.util.Set;

/**
 * Detects whether Configuration Admin is waiting for the current thread. Configuration Admin has one thread for the
 * configurations of all bundles and one for all events, and configured components are started and stopped on these
 * threads. Source: OSGi Compendium 104.5 and 104.8.
 */
public final class ConfigurationCallback {

    /** Name and descriptor of each method that Configuration Admin calls. */
    private static final Set<String> METHODS = Set.of(
            "configurationEvent(Lorg/osgi/service/cm/ConfigurationEvent;)V",
            "updated(Ljava/util/Dictionary;)V",
            "updated(Ljava/lang/String;Ljava/util/Dictionary;)V");

    private ConfigurationCallback() {}

    /** {@return whether a method that Configuration Admin calls is on the stack of the current thread} */
    public static boolean isRunning() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(frame -> METHODS.contains(frame.getMethodName() + frame.getDescriptor())));
    }
}
