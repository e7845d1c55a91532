package org.slimta.bus.itest.handler;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was handled, by whatever revision of the bundle: it is kept where all of them find it. */
final class Handled {

    private static final String KEY = "org.slimta.bus.itest.handled";

    private Handled() {}

    /** Notes that a message is handled; tells whether one with its id was before. */
    @SuppressWarnings("unchecked")
    static boolean again(String id) {
        Map<String, Boolean> ids = (Map<String, Boolean>)
                System.getProperties().computeIfAbsent(KEY, key -> new ConcurrentHashMap<String, Boolean>());
        return ids.put(id, true) != null;
    }
}
