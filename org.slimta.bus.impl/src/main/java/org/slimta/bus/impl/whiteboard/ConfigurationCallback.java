package org.slimta.bus.impl.whiteboard;

import java.util.Set;

/**
 * Whether Configuration Admin waits for the present thread. It has one for the configurations of all bundles, and one for the
 * events of all; components that are configured come and go on these. Source: OSGi Compendium 104.5 and 104.8.
 */
public final class ConfigurationCallback {

    private static final Set<String> METHODS = Set.of(
            "configurationEvent(Lorg/osgi/service/cm/ConfigurationEvent;)V",
            "updated(Ljava/util/Dictionary;)V",
            "updated(Ljava/lang/String;Ljava/util/Dictionary;)V");

    private ConfigurationCallback() {}

    /**
     * Looks at the stack of the present thread.
     *
     * @return whether one of the methods that Configuration Admin calls is on it
     */
    public static boolean isRunning() {
        return StackWalker.getInstance().walk(frames ->
                frames.anyMatch(frame -> METHODS.contains(frame.getMethodName() + frame.getDescriptor())));
    }
}
