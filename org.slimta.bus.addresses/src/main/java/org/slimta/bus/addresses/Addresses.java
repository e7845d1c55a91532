package org.slimta.bus.addresses;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The addresses that were found in some headers, each once, and what stood there that cannot be read. Not thread-safe. */
public final class Addresses {

    private static final int MOST_TOLD = 10;

    private final Set<String> found = new LinkedHashSet<>();
    private final List<String> unreadable = new ArrayList<>();
    private int untold;

    Addresses() {}

    void add(String address) {
        found.add(address);
    }

    void addUnreadable(String header, String text, String why) {
        if (unreadable.size() < MOST_TOLD) {
            unreadable.add(header + ": '" + VisibleText.of(text) + "' (" + why + ")");
        } else {
            untold++;
        }
    }

    /**
     * The addresses, as they go into an envelope.
     *
     * @return the addresses in order, perhaps none; one is empty only if it is the return path of a bounce
     */
    public Collection<String> found() {
        return Collections.unmodifiableSet(found);
    }

    /**
     * Tells whether something could not be read as an address.
     *
     * @return whether {@link #unreadable()} says something
     */
    public boolean hasUnreadable() {
        return !unreadable.isEmpty();
    }

    /**
     * What cannot be read as an address, with its header and why: the first few, and how many more there are.
     *
     * @return a text for a person, on one line; empty if all could be read
     */
    public String unreadable() {
        return String.join(", ", unreadable) + (untold == 0 ? "" : " and " + untold + " more");
    }
}
