package org.slimta.bus.api;

import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** Checks the option {@code allowedPeers}: names of peers as their certificates have them. */
final class AllowedPeers {

    private static final Pattern ALTERNATIVE =
            Pattern.compile("(DNS|EMAIL|URI):.+|IP:(\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*)");

    private AllowedPeers() {}

    static List<String> checked(List<String> names) {
        for (String name : names) {
            if (!ALTERNATIVE.matcher(name).matches() && !isSubject(name)) {
                throw new IllegalArgumentException(
                        "option allowedPeers has '" + name + "'; it must be a subject, such as"
                                + " CN=edge,O=Example, or a name, such as DNS:edge.example.com");
            }
        }
        return List.copyOf(names);
    }

    private static boolean isSubject(String name) {
        try {
            return !new X500Principal(name).getName().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
