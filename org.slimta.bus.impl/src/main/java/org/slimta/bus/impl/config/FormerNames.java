package org.slimta.bus.impl.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The names that settings had before. They are too different from those of now to be taken for a slip of the pen. */
final class FormerNames {

    private static final Map<String, String> NOW = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        NOW.put("handlerTimeout", "missingHandlerTimeout");
        NOW.put("codecTimeout", "missingCodecTimeout");
        NOW.put("answerTimeout", "processingTimeout");
        NOW.put("maxHandling", "maxConcurrentHandlers");
        NOW.put("heldSize", "memoryLimit");
        NOW.put("minimumRate", "minRate");
        NOW.put("minimumFilters", "minFilters");
        for (String limit : new String[] {
            "parts", "partSize", "frameSize", "xmlSize", "depth", "attributes", "elements", "items", "textSize", "nameSize",
            "distinctNames", "prologSize"
        }) {
            NOW.put(limit, "max" + limit.substring(0, 1).toUpperCase(Locale.ROOT) + limit.substring(1));
        }
    }

    private FormerNames() {}

    /** Returns the name that the setting has now, or null. */
    static String now(String former) {
        return NOW.get(former);
    }
}
