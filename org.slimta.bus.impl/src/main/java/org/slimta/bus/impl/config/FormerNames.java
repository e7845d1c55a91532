package org.slimta.bus.impl.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The former names of settings. They differ too much from the present ones to be recognized as spelling mistakes. */
final class FormerNames {

    private static final Map<String, String> PRESENT_NAMES = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        PRESENT_NAMES.put("handlerTimeout", "missingHandlerTimeout");
        PRESENT_NAMES.put("codecTimeout", "missingCodecTimeout");
        PRESENT_NAMES.put("answerTimeout", "processingTimeout");
        PRESENT_NAMES.put("maxHandling", "maxConcurrentHandlers");
        PRESENT_NAMES.put("heldSize", "memoryLimit");
        PRESENT_NAMES.put("minimumRate", "minRate");
        PRESENT_NAMES.put("minimumFilters", "minFilters");
        for (String limit : new String[] {
            "parts",
            "partSize",
            "frameSize",
            "xmlSize",
            "depth",
            "attributes",
            "elements",
            "items",
            "textSize",
            "nameSize",
            "distinctNames",
            "prologSize"
        }) {
            PRESENT_NAMES.put(limit, "max" + limit.substring(0, 1).toUpperCase(Locale.ROOT) + limit.substring(1));
        }
    }

    private FormerNames() {}

    /** {@return the present name of the setting that had this name, or null; upper and lower case are the same} */
    static String presentName(String former) {
        return PRESENT_NAMES.get(former);
    }
}
