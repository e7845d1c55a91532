package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.TlsOptions;

/** Key exchanges that cost a server much more than others are not offered, if the JDK can disable them. */
class NamedGroupsTest {

    private static final Path FILES = Path.of("src/test/resources/tls");

    private static List<String> groups(SSLParameters parameters) throws ReflectiveOperationException {
        return List.of(
                (String[]) SSLParameters.class.getMethod("getNamedGroups").invoke(parameters));
    }

    @EnabledForJreRange(min = JRE.JAVA_20)
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void groupsOfFiniteFieldsAreDisabled(boolean client) throws Exception {
        TlsOptions options = TlsOptions.builder()
                .certificate(FILES.resolve("server.pem"))
                .privateKey(FILES.resolve("server.key"))
                .build();
        List<String> groups = groups(Tls.of(options, client)
                .newEngine(InetSocketAddress.createUnresolved("localhost", 4025))
                .getSSLParameters());
        assertTrue(groups.contains("x25519") && groups.contains("secp256r1"), groups.toString());
        assertTrue(groups.stream().noneMatch(group -> group.startsWith("ffdhe")), groups.toString());
    }

    @EnabledForJreRange(min = JRE.JAVA_20)
    @Test
    void otherEnginesOfTheSameJvmKeepTheirGroups() throws Exception {
        List<String> before = groups(SSLContext.getDefault().createSSLEngine().getSSLParameters());
        NamedGroups.restrict(SSLContext.getDefault().createSSLEngine().getSSLParameters());
        assertEquals(before, groups(SSLContext.getDefault().createSSLEngine().getSSLParameters()));
        assertTrue(before.stream().anyMatch(group -> group.startsWith("ffdhe")), before.toString());
    }

    @Test
    void anOlderJdkKeepsAllGroups() {
        NamedGroups.restrict(new SSLParameters());
    }
}
