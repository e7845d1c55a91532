package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.TlsOptions;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Compares the settings that tools show with those that are read. */
class MetatypeTest {

    /** Reads the settings of each kind of bus as the bus does; the results are compared completely. */
    static Stream<Arguments> readers() {
        return Stream.of(
                reader(
                        ServerConfiguration.class,
                        settings -> List.of(
                                BusIdentity.withTypes(settings),
                                Objects.requireNonNullElse(settings.text("host"), "127.0.0.1"),
                                settings.port("port", 0),
                                OptionsReader.server(settings),
                                HandlerLimits.read(settings))),
                reader(
                        ClientConfiguration.class,
                        settings -> List.of(
                                BusIdentity.withTypes(settings),
                                ServersSetting.read(settings),
                                settings.duration("drainTimeout", Duration.ofSeconds(5)),
                                OptionsReader.client(settings))),
                reader(
                        LocalConfiguration.class,
                        settings -> List.of(
                                BusIdentity.withoutTypes(settings),
                                OptionsReader.local(settings),
                                HandlerLimits.read(settings))),
                reader(
                        ChainConfiguration.class,
                        settings -> List.of(
                                BusIdentity.withoutTypes(settings),
                                settings.required("from", "x"),
                                HandlerLimits.minFilters(settings),
                                OptionsReader.local(settings),
                                HandlerLimits.read(settings))),
                reader(
                        ProxyConfiguration.class,
                        settings -> List.of(
                                BusIdentity.withoutTypes(settings),
                                settings.required("from", "x"),
                                settings.required("to", "x"),
                                HandlerLimits.minFilters(settings),
                                settings.duration("drainTimeout", Duration.ofSeconds(5)),
                                HandlerLimits.read(settings))));
    }

    /** Neither of these is required, but some of them are. */
    private static final Set<String> ALTERNATIVES = Set.of("host", "port", "hosts");

    private static Arguments reader(Class<?> shown, Function<Settings, Object> read) {
        return Arguments.of(shown, read);
    }

    /** The defaults that tools show have the same effect as no value. */
    @ParameterizedTest
    @MethodSource("readers")
    void whatToolsShowIsWhatIsRead(Class<?> shown, Function<Settings, Object> read) throws Exception {
        Map<String, Object> defaults = new HashMap<>();
        Map<String, Object> required = new HashMap<>();
        Set<String> alternatives = new HashSet<>();
        for (Element setting : settingsOf(shown)) {
            String name = setting.getAttribute("id");
            String type = setting.getAttribute("type");
            if (setting.hasAttribute("default")) {
                defaults.put(name, typed(setting.getAttribute("default"), type));
                assertEquals("false", setting.getAttribute("required"), name);
            } else if (ALTERNATIVES.contains(name)
                    && setting.getAttribute("required").equals("false")) {
                alternatives.add(name);
            } else {
                required.put(name, type.equals("Integer") ? 4025 : "relay");
                assertEquals("", setting.getAttribute("required"), name);
            }
        }
        if (alternatives.contains("hosts")) {
            assertEquals(ALTERNATIVES, alternatives);
            required.put("hosts", "relay:4025;other");
            required.put("port", 4026);
        }
        defaults.putAll(required);
        Settings all = new Settings(defaults);
        Object withDefaults = read.apply(all);
        all.check();
        Settings few = new Settings(required);
        Object without = read.apply(few);
        few.check();
        assertEquals(without, withDefaults);
        assertEquals(Map.of(), all.others(), "settings that tools show and no code reads");
    }

    /** {@return the elements of that name in a setting of a server} */
    private static List<String> attributes(String setting, String element, String attribute) throws Exception {
        Element found = settingsOf(ServerConfiguration.class).stream()
                .filter(each -> each.getAttribute("id").equals(setting))
                .findFirst()
                .orElseThrow();
        if (element == null) {
            return List.of(found.getAttribute(attribute));
        }
        NodeList all = found.getElementsByTagName(element);
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> ((Element) all.item(i)).getAttribute(attribute))
                .toList();
    }

    @Test
    void toolsDoNotShowPasswords() throws Exception {
        assertEquals(List.of("Password"), attributes("tlsPassword", null, "type"));
        assertEquals(List.of("Password"), attributes("tlsTrustPassword", null, "type"));
    }

    @Test
    void toolsOfferTheChoices() throws Exception {
        assertEquals(List.of("none", "wanted", "required"), attributes("tlsClientAuth", "Option", "value"));
        assertEquals(
                List.of("Do not ask", "Ask, and accept clients without one", "Refuse clients without one"),
                attributes("tlsClientAuth", "Option", "label"));
        for (String versions : attributes("tlsProtocols", "Option", "value")) {
            Settings settings = new Settings(Map.of("tlsProtocols", versions));
            settings.list("tlsProtocols", TlsOptions.builder()::protocols);
            settings.check();
        }
        assertEquals(3, attributes("tlsProtocols", "Option", "label").size());
        assertEquals(List.of("Boolean"), attributes("tls", null, "type"));
    }

    @Test
    void theWebConsoleListsBusesByTheirNames() throws Exception {
        assertEquals(
                List.of("{slimta.bus.name}"), attributes("webconsole.configurationFactory.nameHint", null, "default"));
    }

    private static Object typed(String value, String type) {
        return switch (type) {
            case "Integer" -> Integer.valueOf(value);
            case "Boolean" -> Boolean.valueOf(value);
            default -> value;
        };
    }

    /**
     * {@return the settings in the file that tools read} bnd generates it, with the settings of extended interfaces.
     */
    private static List<Element> settingsOf(Class<?> shown) throws Exception {
        try (InputStream metatype = shown.getResourceAsStream("/OSGI-INF/metatype/" + shown.getName() + ".xml")) {
            NodeList settings = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(metatype)
                    .getElementsByTagName("AD");
            return IntStream.range(0, settings.getLength())
                    .mapToObj(i -> (Element) settings.item(i))
                    .toList();
        }
    }
}
