package org.slimta.bus.impl.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;

/**
 * The named groups of the key exchange. Finite fields cost a server many times what elliptic curves do, and any client
 * may pick them. Since Java 20 they can be disabled for an engine, before only by a property of the JVM.
 */
final class NamedGroups {

    private static final String PROPERTY = "jdk.tls.namedGroups";
    private static final String FINITE_FIELD = "ffdhe";
    private static final MethodHandle GET = find("getNamedGroups", MethodType.methodType(String[].class));
    private static final MethodHandle SET = find("setNamedGroups", MethodType.methodType(void.class, String[].class));

    private NamedGroups() {}

    private static MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.publicLookup().findVirtual(SSLParameters.class, name, type);
        } catch (ReflectiveOperationException e) {
            return null; // The JDK is older than 20.
        }
    }

    /** Disables the finite fields, unless the groups are set by the property of the JVM. */
    static void restrict(SSLParameters parameters) {
        if (GET == null || SET == null || System.getProperty(PROPERTY) != null) {
            return;
        }
        try {
            String[] groups = (String[]) GET.invokeExact(parameters);
            if (groups != null) {
                String[] kept = Stream.of(groups)
                        .filter(group -> !group.startsWith(FINITE_FIELD))
                        .toArray(String[]::new);
                SET.invokeExact(parameters, kept);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("cannot restrict the named groups of TLS", e);
        }
    }
}
