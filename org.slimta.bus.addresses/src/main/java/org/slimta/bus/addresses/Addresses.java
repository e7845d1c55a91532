package org.slimta.bus.addresses;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The addresses found in headers, each once, and the texts there that are not valid addresses. Not thread-safe. */
public final class Addresses {

    private static final int MAX_DESCRIBED = 10;

    private final Set<String> found = new LinkedHashSet<>();
    private final List<String> unreadable = new ArrayList<>();
    private int omitted;

    Addresses() {}

    void add(String address) {
        found.add(address);
    }

    void addUnreadable(String header, String text, String why) {
        if (unreadable.size() < MAX_DESCRIBED) {
            unreadable.add(header + ": '" + VisibleText.of(text) + "' (" + why + ")");
        } else {
            omitted++;
        }
    }

    /**
     * {@return the addresses in order, in the form of an envelope; unmodifiable, never null, may be empty} An address
     * is empty only if it is the return path of a bounce.
     */
    public Collection<String> found() {
        return Collections.unmodifiableSet(found);
    }

    /** {@return whether any text is not a valid address, so that {@link #unreadable()} is not empty} */
    public boolean hasUnreadable() {
        return !unreadable.isEmpty();
    }

    /**
     * {@return a description, on one line, of the texts that are not valid addresses: the first few, each with its
     * header and the reason, and the number of others; empty if there are none}
     */
    public String unreadable() {
        return String.join(", ", unreadable) + (omitted == 0 ? "" : " and " + omitted + " more");
    }
}
