package org.slimta.bus.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Sessions of the shell get what the Tab key needs. */
class CompletionTest {

    private static final String COMPLETIONS = ".completions";

    private final ThreadIOImpl threads = new ThreadIOImpl();
    private final CommandProcessorImpl processor = new CommandProcessorImpl(threads);
    private final PrintStream out = new PrintStream(new ByteArrayOutputStream());
    private final CommandSession session = processor.createSession(InputStream.nullInputStream(), out, out);
    private final BusRuntime runtime = () -> {
        RuntimeDTO all = Sample.of(Sample.waiting(), Sample.relay(), Sample.bus("inside", "local"));
        all.rejected = new RejectedDTO[] {Sample.twoMistakes()};
        return all;
    };
    private final Completion completion = new Completion(runtime);

    /** The command of JLine's shell, as far as it is needed: keeps its arguments. */
    public static final class Complete {

        private final List<List<String>> calls = new ArrayList<>();

        /**
         * Adds a completion to the session.
         *
         * @param session the session
         * @param arguments {@code -c}, the command, and the rest
         */
        @Descriptor("adds a completion")
        public void complete(CommandSession session, String[] arguments) {
            calls.add(List.of(arguments));
            @SuppressWarnings("unchecked") // It is made below.
            Map<String, Object> completions = (Map<String, Object>) session.get(COMPLETIONS);
            completions.put(arguments[1], arguments);
        }
    }

    private final Complete complete = new Complete();

    CompletionTest() {
        threads.start();
        processor.addCommand("shell", complete, "complete");
        processor.addListener(completion);
    }

    @AfterEach
    void close() {
        session.close();
        processor.stop();
        threads.stop();
    }

    private Object names(String command) throws Exception {
        return session.execute("__slimta_bus_names " + command);
    }

    @Test
    void aSessionWithCompletionsGetsThemOnce() throws Exception {
        session.put(COMPLETIONS, new HashMap<String, Object>());
        session.execute("x = 1");
        int calls = complete.calls.size();
        assertTrue(complete.calls.contains(List.of("-c", "slimta-bus:show", "-a", "__slimta_bus_names show")));
        assertTrue(complete.calls.contains(
                List.of("-c", "slimta-bus:watch", "-l", "every", "-d", "the length of an interval, such as 5s")));
        session.execute("x = 2");
        assertEquals(calls, complete.calls.size());
    }

    @Test
    void eachCommandTakesTheNamesThatItCanUse() throws Exception {
        session.put(COMPLETIONS, new HashMap<String, Object>());
        session.execute("x = 1");
        assertEquals(List.of("edge", "inside", "relay", "relay-in"), names("show"));
        assertEquals(List.of("edge", "inside", "relay"), names("watch"));
        assertEquals(List.of("edge", "inside"), names("send"));
        assertEquals(List.of(), names("codecs"));
    }

    @Test
    void aSessionWithoutCompletionsIsLeftAlone() throws Exception {
        session.execute("x = 1");
        assertNull(session.get("__slimta_bus_names"));
        assertEquals(List.of(), complete.calls);
    }

    @Test
    void aShellWithoutTheCommandIsLeftAlone() throws Exception {
        processor.removeCommand("shell", "complete");
        session.put(COMPLETIONS, new HashMap<String, Object>());
        session.execute("x = 1");
        assertEquals(Map.of(), session.get(COMPLETIONS));
    }

    @Test
    void nothingOfTheBundleStaysInASession() throws Exception {
        session.put(COMPLETIONS, new HashMap<String, Object>());
        session.execute("x = 1");
        processor.removeListener(completion);
        completion.close();
        assertNull(session.get("__slimta_bus_names"));
        processor.addListener(new Completion(runtime));
        session.execute("x = 2");
        assertFalse(names("show").toString().isEmpty());
    }

    @Test
    void theOptionsAreThoseOfTheHelp() throws Exception {
        Map<String, Object> commands = Map.of(
                "list", new ListCommand(runtime),
                "show", new ShowCommand(runtime),
                "codecs", new CodecsCommand(runtime),
                "handlers", new HandlersCommand(runtime),
                "rejected", new RejectedCommand(runtime),
                "send", new SendCommand(null, new FakeServices().context()),
                "watch", new WatchCommand(runtime));
        commands.forEach((name, command) -> processor.addCommand("slimta-bus", command, name));
        for (Syntax each : Syntax.all()) {
            ByteArrayOutputStream help = new ByteArrayOutputStream();
            PrintStream print = new PrintStream(help);
            try (CommandSession one = processor.createSession(InputStream.nullInputStream(), print, print)) {
                one.execute("slimta-bus:" + each.command() + " --help");
            }
            print.flush();
            Set<String> options = Pattern.compile("^ +--([a-z-]+) ", Pattern.MULTILINE)
                    .matcher(help.toString())
                    .results()
                    .map(option -> option.group(1))
                    .collect(Collectors.toSet());
            options.add("help");
            assertEquals(options, each.options().keySet(), each.command());
        }
        assertEquals(commands.keySet().size(), Syntax.all().length);
    }
}
