package org.slimta.bus.impl.xml;

import com.ctc.wstx.util.SymbolTable;
import java.util.HashMap;
import java.util.Map;
import org.slimta.bus.api.FrameLimits;

/**
 * The names of one document, each as one string. It replaces the table of Woodstox, in which names with equal hashes
 * form a list that is searched from its beginning, and which keeps all names for the lifetime of the JVM. Here the
 * length and the number of names are limited, and names with equal hashes form a tree. Not thread-safe.
 */
final class NameTable extends SymbolTable {

    private static final int RECENT_SLOTS = 64;

    private final FrameLimits limits;
    private final String[] recent = new String[RECENT_SLOTS];
    private final Map<String, String> names = new HashMap<>();

    NameTable(FrameLimits limits) {
        super(false, 1);
        this.limits = limits;
    }

    @Override
    public String findSymbol(char[] buffer, int start, int length, int hash) {
        int slot = hash & RECENT_SLOTS - 1;
        String known = recent[slot];
        if (known != null && isSame(known, buffer, start, length)) {
            return known;
        }
        if (length > limits.maxNameSize()) {
            throw new LimitExceeded("maxNameSize", limits.maxNameSize(), "a name has " + length + " characters");
        }
        return recent[slot] = findSymbol(new String(buffer, start, length));
    }

    @Override
    public String findSymbol(String name) {
        String known = names.putIfAbsent(name, name);
        if (known != null) {
            return known;
        }
        if (names.size() > limits.maxDistinctNames()) {
            throw new LimitExceeded("maxDistinctNames", limits.maxDistinctNames(), "it has more distinct names");
        }
        return name;
    }

    private static boolean isSame(String name, char[] buffer, int start, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != buffer[start + i]) {
                return false;
            }
        }
        return true;
    }
}
