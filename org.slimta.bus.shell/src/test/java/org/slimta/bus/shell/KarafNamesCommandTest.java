package org.slimta.bus.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Lines in the shell of Karaf are completed. */
class KarafNamesCommandTest {

    private final List<Object> registered = new ArrayList<>();
    private final RuntimeDTO all = Sample.of(Sample.waiting(), Sample.relay());
    private final Runnable remove = KarafNamesCommand.addTo(shell(), new BusNames(() -> all));

    private Object shell() {
        Registry registry = fake(Registry.class, Map.of(), registered);
        return fake(SessionFactory.class, Map.of("getRegistry", registry), registered);
    }

    /** An object whose methods return the values; what is registered with it goes to a list. */
    private static <T> T fake(Class<T> type, Map<String, Object> values, List<Object> registered) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "register":
                            registered.add(arguments[0]);
                            return null;
                        case "unregister":
                            registered.remove(arguments[0]);
                            return null;
                        default:
                            if (!values.containsKey(method.getName())) {
                                throw new UnsupportedOperationException(method.getName());
                            }
                            return values.get(method.getName());
                    }
                }));
    }

    private Command command() {
        return (Command) registered.get(0);
    }

    /** The candidates for the last of the words. */
    private List<String> complete(String... words) {
        CommandLine line = fake(
                CommandLine.class,
                Map.of(
                        "getArguments",
                        words,
                        "getCursorArgumentIndex",
                        words.length - 1,
                        "getCursorArgument",
                        words[words.length - 1]),
                registered);
        List<String> candidates = new ArrayList<>();
        command().getCompleter(false).complete(null, line, candidates);
        return candidates;
    }

    @Test
    void namesAndOptionsAreCompleted() {
        all.rejected = new RejectedDTO[] {Sample.twoMistakes()};
        assertEquals(List.of("edge", "relay", "relay-in"), complete("slimta-bus:show", ""));
        assertEquals(List.of("edge", "relay", "relay-in"), complete("show", "r"));
        assertEquals(List.of("edge"), complete("slimta-bus:send", "--from", "a@b", ""));
        assertEquals(List.of("--count", "--every", "--help"), complete("slimta-bus:watch", "--"));
        assertEquals(List.of("--help"), complete("slimta-bus:list", "-"));
        assertEquals(List.of(), complete("slimta-bus:list", ""));
        assertEquals(List.of(), complete("bundle:show", ""));
        assertEquals(List.of("slimta-bus:names"), complete("sl"));
        assertSame(command().getCompleter(true), command().getCompleter(false));
    }

    @Test
    void theNamesArePrinted() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream console = new PrintStream(bytes, true, UTF_8);
        assertEquals("slimta-bus:names", command().getScope() + ":" + command().getName());
        command().execute(fake(Session.class, Map.of("getConsole", console), registered), List.of());
        assertEquals(List.of("edge", "relay"), bytes.toString(UTF_8).lines().toList());
    }

    @Test
    void theCommandIsRemoved() {
        assertEquals(1, registered.size());
        remove.run();
        assertEquals(List.of(), registered);
    }
}
