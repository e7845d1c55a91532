package org.slimta.bus.demo.edge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slimta.bus.addresses.VisibleText;

/** What is not sent, and why, for a person. Of very much the first is kept, and how much more there is. */
final class LeftOut {

    private static final int MOST = 100;

    private final List<String> lines = new ArrayList<>();
    private int more;

    void add(String name, String why) {
        if (lines.size() < MOST) {
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
