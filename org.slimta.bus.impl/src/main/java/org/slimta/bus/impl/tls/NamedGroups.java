package org.slimta.bus.impl.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;

/**
 * The groups of the key exchange. Those of finite fields cost a server many times what elliptic curves do, and whoever
 * connects may pick them; an engine can do without since Java 20, and before only a property of the JVM can.
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
            return null; // An older JDK.
        }
    }

    /** Leaves out those of finite fields, unless the JVM was told which groups there are to be. */
    static void restrict(SSLParameters parameters) {
        if (GET == null || SET == null || System.getProperty(PROPERTY) != null) {
            return;
        }
        try {
            String[] groups = (String[]) GET.invokeExact(parameters);
            if (groups != null) {
                String[] kept =
                        Stream.of(groups).filter(group -> !group.startsWith(FINITE_FIELD)).toArray(String[]::new);
                SET.invokeExact(parameters, kept);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("the groups of TLS cannot be restricted", e);
        }
    }
}
