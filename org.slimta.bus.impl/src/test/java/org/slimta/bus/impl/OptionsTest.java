package org.slimta.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;

/** Options are values: equal when all of them are, told in full, and the beginning of others. */
class OptionsTest {

    private static Object invoke(Object on, String method) throws ReflectiveOperationException {
        return on.getClass().getMethod(method).invoke(on);
    }

    private static Object built(Class<?> type) throws ReflectiveOperationException {
        return invoke(type.getMethod("builder").invoke(null), "build");
    }

    /** The methods of the builder that set a value. */
    private static List<Method> setters(Object options) throws ReflectiveOperationException {
        Class<?> builder = invoke(options, "toBuilder").getClass();
        return Arrays.stream(builder.getMethods())
                .filter(method -> method.getReturnType() == builder && method.getParameterCount() == 1)
                .toList();
    }

    private static Object other(Method setter, Object value) {
        Class<?> type = setter.getParameterTypes()[0];
        if (type == int.class) {
            return (Integer) value + 1;
        } else if (type == long.class) {
            return (Long) value + 1;
        } else if (type == boolean.class) {
            return !(Boolean) value;
        } else if (type == Duration.class) {
            return ((Duration) value).plusMillis(1);
        } else if (type == String.class) {
            return "secret".equals(value) ? "other" : "secret";
        } else if (type == Path.class) {
            return Path.of("file.pem");
        } else if (type == ClientAuth.class) {
            return ClientAuth.REQUIRED;
        } else if (type == ClientOptions.Balance.class) {
            return ClientOptions.Balance.ORDER;
        } else if (type == FrameLimits.class) {
            return FrameLimits.builder().maxDepth(7).build();
        } else if (type == TlsOptions.class) {
            return TlsOptions.builder().trust(Path.of("ca.pem")).build();
        } else if (setter.getName().equals("protocols")) {
            return List.of("TLSv1.3");
        } else if (type == List.class) {
            return List.of("cn=relay");
        }
        throw new IllegalArgumentException(setter.toString());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {LocalOptions.class, ServerOptions.class, ClientOptions.class, TlsOptions.class, FrameLimits.class
            })
    void theyAreEqualIfAllOfThemAreAndToldInFull(Class<?> type) throws Exception {
        Object defaults = built(type);
        assertEquals(defaults, built(type));
        assertEquals(defaults.hashCode(), built(type).hashCode());
        assertEquals(defaults, invoke(invoke(defaults, "toBuilder"), "build"));
        List<Object> all = new ArrayList<>(List.of(defaults));
        for (Method setter : setters(defaults)) {
            String name = setter.getName();
            Object value = other(setter, invoke(defaults, name));
            Object changed;
            try {
                changed = invoke(setter.invoke(invoke(defaults, "toBuilder"), value), "build");
            } catch (java.lang.reflect.InvocationTargetException e) {
                continue; // It makes sense with another one only.
            }
            assertEquals(value, invoke(changed, name), name);
            assertFalse(all.contains(changed), name);
            assertTrue(changed.toString().contains(name + "="), changed.toString());
            assertNotEquals(defaults.toString(), changed.toString());
            assertEquals(changed, invoke(invoke(changed, "toBuilder"), "build"), name);
            all.add(changed);
        }
        assertTrue(all.size() > type.getMethods().length / 3, "most can be changed alone: " + all.size());
    }

    @Test
    void passwordsAreNotTold() {
        TlsOptions tls = TlsOptions.builder()
                .keyStore(Path.of("server.p12"))
                .password("secret")
                .trust(Path.of("trust.p12"))
                .trustPassword("secret")
                .build();
        assertFalse(tls.toString().contains("secret"), tls.toString());
        assertTrue(tls.toString().contains("keyStore=server.p12"), tls.toString());
        assertFalse(ServerOptions.builder().tls(tls).build().toString().contains("secret"));
    }

    @Test
    void othersBeginWithThem() {
        ServerOptions first = ServerOptions.builder().name("relay").queueSize(7).build();
        ServerOptions second = first.toBuilder().queueSize(8).build();
        assertEquals("relay", second.name());
        assertEquals(8, second.queueSize());
        assertEquals(7, first.queueSize());
    }
}
