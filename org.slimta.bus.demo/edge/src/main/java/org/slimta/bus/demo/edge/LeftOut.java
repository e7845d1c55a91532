package org.slimta.bus.demo.edge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slimta.bus.addresses.VisibleText;

/** Files and texts that are not sent, with the reasons. Keeps the first ones, and counts the others. */
final class LeftOut {

    private static final int MAX_LINES = 100;

    private final List<String> lines = new ArrayList<>();
    private int more;

    void add(String name, String why) {
        if (lines.size() < MAX_LINES) {
            lines.add(VisibleText.of(name) + ": " + why);
        } else {
            more++;
        }
    }

    void add(String line) {
        lines.add(line);
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (more > 0) {
            all.add("and " + more + " more");
        }
        return Collections.unmodifiableList(all);
    }
}
