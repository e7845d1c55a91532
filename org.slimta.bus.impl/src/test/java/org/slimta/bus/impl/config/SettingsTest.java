package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.ServerOptions;

class SettingsTest {

    private static String problem(Map<String, Object> values, Function<Settings, Object> reading) {
        Settings settings = new Settings(values);
        reading.apply(settings);
        return assertThrows(InvalidConfigurationException.class, settings::check)
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "10s, PT10S",
        "10 s, PT10S",
        "1.5s, PT1.5S",
        "5m, PT5M",
        "2min, PT2M",
        "1H, PT1H",
        "1d, PT24H",
        "PT3S, PT3S",
        "0, PT0S"
    })
    void durationsHaveUnits(String text, Duration expected) throws Exception {
        List<Duration> read = new ArrayList<>();
        Settings settings = new Settings(Map.of("missingCodecTimeout", text));
        settings.duration("missingCodecTimeout", read::add);
        settings.check();
        assertEquals(List.of(expected), read);
    }

    @Test
    void aDurationWithoutAUnitIsRejectedWithAnExample() {
        assertEquals(
                "the setting missingCodecTimeout is 10;"
                        + " it must be a duration with a unit, such as 500ms, 10s, 5m or 1h",
                problem(Map.of("missingCodecTimeout", "10"), OptionsReader::server));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-10S", "366d", "P3000000000D", "999999999999999999d"})
    void aDurationIsNeitherNegativeNorTooLong(String text) {
        assertEquals(
                "the setting missingHandlerTimeout is " + text + "; it must be from zero to 365 days",
                problem(Map.of("missingHandlerTimeout", text), HandlerLimits::read));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "512KiB, 524288", "64 MiB, 67108864", "1gib, 1073741824", "7B, 7"})
    void sizesMayHaveUnits(String text, long expected) throws Exception {
        List<Long> read = new ArrayList<>();
        Settings settings = new Settings(Map.of("maxPartSize", text));
        settings.size("maxPartSize", read::add);
        settings.check();
        assertEquals(List.of(expected), read);
    }

    @ParameterizedTest
    @CsvSource({
        "queueSize, 3000000000, it must be at most 2147483647",
        "queueSize, 99999999999999999999, it must be at most 9223372036854775807",
        "queueSize, -3000000000, it must be from 1 to 2147483647",
        "maxXmlSize, 4GiB, it must be at most 2147483647",
        "maxTextSize, 2147483648, it must be at most 2147483647",
        "maxPrologSize, 4GiB, it must be at most 2147483647",
        "maxPartSize, 9999999999GiB, it must be at most 9223372036854775807"
    })
    void aValueThatIsTooLargeIsRejectedWithItsMaximum(String name, String value, String advice) {
        assertEquals(
                "the setting " + name + " is " + value + "; " + advice,
                problem(Map.of(name, value), OptionsReader::server));
    }

    @ParameterizedTest
    @CsvSource({"tlsProtocols, TLSv1.3", "handshakeTimeout, 3s", "tlsCheckServerName, false"})
    void aTlsSettingWithoutTlsIsRejected(String name, String value) {
        assertEquals(
                "TLS settings are present (" + name + "), but tls is not true; without tls=true nothing is encrypted",
                problem(Map.of(name, value), OptionsReader::client));
    }

    @ParameterizedTest
    @CsvSource({
        "tlsCertificate, the settings tlsCertificate and tlsPrivateKey must be set together",
        "tlsTrust, setting tls has no tlsCertificate; set tlsCertificate and tlsPrivateKey"
    })
    void messagesAboutTlsHaveTheNamesOfTheSettings(String only, String said) {
        String problem = problem(Map.of("tls", true, only, "x.pem"), OptionsReader::server);
        assertTrue(problem.contains(said), problem);
    }

    @Test
    void numbersMayBeText() throws Exception {
        Settings settings = new Settings(Map.of("queueSize", " 7 ", "maxConnections", 9L));
        ServerOptions options = OptionsReader.server(settings);
        settings.check();
        assertEquals(7, options.queueSize());
        assertEquals(9, options.maxConnections());
    }

    @Test
    void allProblemsAreReportedTogether() {
        String problem = problem(Map.of("queueSize", "many", "poolSize", "-1", "pingInterval", "soon"), settings -> {
            settings.port("port", 1);
            return OptionsReader.client(settings) == null ? null : OptionsReader.server(settings);
        });
        assertTrue(problem.contains("the setting port is missing; it must be a number from 1 to 65535"), problem);
        assertTrue(problem.contains("the setting queueSize is many; it must be a whole number, such as 100"), problem);
        assertTrue(problem.contains("the setting poolSize is -1; it must be from 0 to 1024"), problem);
        assertTrue(problem.contains("the setting pingInterval is soon; it must be a duration with a unit"), problem);
    }

    @Test
    void aPortOutOfRangeIsRejected() {
        assertEquals(
                "the setting port is 65536; it must be from 0 to 65535",
                problem(Map.of("port", 65536), settings -> settings.port("port", 0)));
    }

    @Test
    void aNameThatIsNearlyASettingIsAMistake() {
        assertEquals(
                "unknown setting qeueSize; did you mean queueSize?",
                problem(Map.of("qeueSize", 7), OptionsReader::server));
        assertEquals(
                "unknown setting queuesize; did you mean queueSize?",
                problem(Map.of("queuesize", 7), OptionsReader::server));
    }

    @Test
    void aNameWithSwappedLettersIsAMistake() {
        assertEquals(
                "the setting port is missing; it must be a number from 1 to 65535; "
                        + "unknown setting prot; did you mean port?",
                problem(Map.of("prot", 4025), settings -> settings.port("port", 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "codecTimeout, missingCodecTimeout",
        "answerTimeout, processingTimeout",
        "heldSize, memoryLimit",
        "minimumRate, minRate",
        "parts, maxParts",
        "partSize, maxPartSize",
        "frameSize, maxFrameSize",
        "xmlSize, maxXmlSize",
        "depth, maxDepth",
        "attributes, maxAttributes",
        "elements, maxElements",
        "items, maxItems",
        "textSize, maxTextSize",
        "nameSize, maxNameSize",
        "distinctNames, maxDistinctNames",
        "prologSize, maxPrologSize"
    })
    void theFormerNameOfASettingOfAServerIsRejectedWithThePresentOne(String former, String now) {
        assertEquals(
                "unknown setting " + former + "; did you mean " + now + "?",
                problem(Map.of(former, 7), OptionsReader::server));
    }

    @ParameterizedTest
    @CsvSource({
        "handlerTimeout, missingHandlerTimeout",
        "maxHandling, maxConcurrentHandlers",
        "minimumFilters, minFilters",
        "minimumfilters, minFilters"
    })
    void theFormerNameOfASettingOfAChainIsRejectedWithThePresentOne(String former, String now) {
        assertEquals(
                "unknown setting " + former + "; did you mean " + now + "?",
                problem(
                        Map.of(former, 7),
                        settings -> HandlerLimits.minFilters(settings)
                                + HandlerLimits.read(settings).toString()));
    }

    @Test
    void theFormerNameOfASettingThatABusDoesNotHaveIsACustomProperty() throws Exception {
        Settings settings = new Settings(Map.of("depth", 7));
        OptionsReader.local(settings);
        settings.check();
        assertEquals(Map.of("depth", 7), settings.others());
    }

    private static final String TLS_NAMES = "; the TLS settings are handshakeTimeout, tls, tlsAllowedPeers,"
            + " tlsCertificate, tlsClientAuth, tlsKeyStore, tlsPassword, tlsPasswordFile, tlsPrivateKey, tlsProtocols, tlsTrust,"
            + " tlsTrustPassword; without tls=true nothing is encrypted";

    @ParameterizedTest
    @CsvSource({
        "ssl, tls",
        "SSL, tls",
        "sslEnabled, tls",
        "tls.enabled, tls",
        "tls-enabled, tls",
        "tls_enabled, tls",
        "useTls, tls",
        "usetls, tls",
        "starttls, tls",
        "secure, tls",
        "encrypted, tls",
        "encryption, tls",
        "keyStore, tlsKeyStore",
        "ssl.keystore, tlsKeyStore",
        "org.ops4j.pax.web.ssl.keystore, tlsKeyStore",
        "keyStorePassword, tlsPassword",
        "password, tlsPassword",
        "tls.key, tlsPrivateKey",
        "keyFile, tlsPrivateKey",
        "privateKey, tlsPrivateKey",
        "certificate, tlsCertificate",
        "certFile, tlsCertificate",
        "trust, tlsTrust",
        "trustStore, tlsTrust",
        "cafile, tlsTrust",
        "trustStorePassword, tlsTrustPassword",
        "clientAuth, tlsClientAuth",
        "ssl.needClientAuth, tlsClientAuth",
        "allowedPeers, tlsAllowedPeers",
        "enabledProtocols.ssl, tlsProtocols",
        "protocols, tlsProtocols",
        "ciphers, tls",
        "serverName, tls"
    })
    void aNameThatLooksLikeATlsSettingIsAMistake(String name, String meant) {
        assertEquals(
                "unknown setting " + name + "; did you mean " + meant + "?" + TLS_NAMES,
                problem(Map.of(name, "x"), OptionsReader::server));
    }

    @Test
    void theTlsSettingsAreListedOnce() {
        String problem = problem(Map.of("ssl", true, "keystore", "x"), OptionsReader::server);
        assertTrue(problem.contains("unknown setting ssl; did you mean tls?"), problem);
        assertTrue(problem.contains("unknown setting keystore; did you mean tlsKeyStore?"), problem);
        assertEquals(problem.indexOf(TLS_NAMES), problem.lastIndexOf(TLS_NAMES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "ssl", "tlsTrust", "keyStore"})
    void aBusWithoutASocketHasNoTls(String name) {
        assertEquals(
                "unknown setting " + name + "; only servers and clients have TLS settings,"
                        + " a bus inside the JVM has no connections to encrypt",
                problem(Map.of(name, "x"), OptionsReader::local));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region",
                "securityZone",
                "keyboard",
                "crossland",
                "subtitles",
                "titles",
                "vessel",
                "trustee",
                "caption",
                "certain",
                "protocol",
                "key",
                "concert"
            })
    void aNameThatDoesNotConcernTlsIsACustomProperty(String name) throws Exception {
        Settings settings = new Settings(Map.of(name, "x"));
        OptionsReader.server(settings);
        settings.check();
        assertEquals(Map.of(name, "x"), settings.others());
    }

    @Test
    void aListOfOneValueCountsAsThatValue() throws Exception {
        Settings settings = new Settings(
                Map.of("slimta.bus.name", new String[] {" relay "}, "queueSize", new int[] {7}, "tls", List.of(true)));
        assertEquals("relay", settings.text("slimta.bus.name"));
        List<Object> read = new ArrayList<>();
        settings.integer("queueSize", read::add);
        settings.bool("tls", read::add);
        settings.check();
        assertEquals(List.of(7, true), read);
    }

    @Test
    void aListOfSeveralValuesIsRejectedWhereOneIsAllowed() {
        assertEquals(
                "the setting slimta.bus.name has 2 values; it must have one",
                problem(
                        Map.of("slimta.bus.name", new String[] {"relay", "other"}),
                        settings -> BusIdentity.withoutTypes(settings).name() + OptionsReader.local(settings)));
        assertEquals(
                "the setting port has 3 values; it must have one",
                problem(Map.of("port", new int[] {1, 2, 3}), settings -> settings.port("port", 0)));
        assertEquals(
                "the setting missingCodecTimeout has 2 values; it must have one",
                problem(Map.of("missingCodecTimeout", List.of("1s", "2s")), OptionsReader::server));
    }

    @Test
    void anEmptyListCountsAsNoValue() throws Exception {
        Settings settings = new Settings(Map.of("host", new String[0], "port", Arrays.asList("", null)));
        assertNull(settings.text("host"));
        assertNull(settings.text("port"));
        settings.check();
    }

    @Test
    void otherNamesAreCustomProperties() throws Exception {
        Map<String, Object> values = new HashMap<>(Map.of(
                "region", "eu",
                "cost", "high",
                "service.pid", "org.slimta.bus.server~relay",
                "component.id", 7L,
                "felix.fileinstall.filename", "file:x",
                ".secret", "s"));
        Settings settings = new Settings(values);
        OptionsReader.server(settings);
        settings.text("host");
        settings.check();
        assertEquals(Map.of("region", "eu", "cost", "high"), settings.others());
    }

    @Test
    void aPasswordAndAPasswordFileContradictEachOther() {
        Map<String, Object> both =
                Map.of("tls", "true", "tlsKeyStore", "own.p12", "tlsPassword", "secret", "tlsPasswordFile", "password");
        assertEquals(
                "the TLS settings are inconsistent: the settings tlsPassword and tlsPasswordFile are both set; set only"
                        + " one of them",
                problem(both, OptionsReader::server));
    }
}
