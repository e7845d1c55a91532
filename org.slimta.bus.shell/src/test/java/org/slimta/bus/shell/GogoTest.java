package org.slimta.bus.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The shell finds the commands and passes their arguments as they were typed. */
class GogoTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory();
    private final BusRuntime runtime = () -> Sample.of(Sample.relay());
    private final Map<String, Object> commands = Map.of(
            "list", new ListCommand(runtime),
            "show", new ShowCommand(runtime),
            "codecs", new CodecsCommand(runtime),
            "handlers", new HandlersCommand(runtime),
            "rejected", new RejectedCommand(runtime),
            "send", new SendCommand(factory, new FakeServices().context()),
            "watch", new WatchCommand(runtime));

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        factory.close();
    }

    private String execute(String line) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        execute(line, bytes);
        return text(bytes);
    }

    /** Executes a command that fails with a message, and returns what it has printed before. */
    private String executeFailing(String line, String message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Exception failure = assertThrows(CommandException.class, () -> execute(line, bytes));
        assertEquals(message, failure.getMessage());
        return text(bytes);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }

    private void execute(String line, ByteArrayOutputStream bytes) throws Exception {
        PrintStream out = new PrintStream(bytes, true, UTF_8);
        ThreadIOImpl threads = new ThreadIOImpl();
        threads.start();
        CommandProcessorImpl processor = new CommandProcessorImpl(threads);
        try (CommandSession session = processor.createSession(InputStream.nullInputStream(), out, out)) {
            commands.forEach((name, command) -> processor.addCommand("slimta-bus", command, name));
            session.currentDir(folder);
            session.execute(line);
        } finally {
            processor.stop();
            threads.stop();
        }
    }

    @Test
    void eachCommandPrintsItsHelp() throws Exception {
        for (String name : commands.keySet()) {
            String printed = execute("slimta-bus:" + name + " --help");
            assertTrue(printed.contains("\nusage:    slimta-bus:" + name), printed);
        }
    }

    @Test
    void argumentsArriveAsTheyWereTyped() throws Exception {
        assertTrue(execute("slimta-bus:show relay").startsWith("relay\n  kind           server\n"));
        assertTrue(execute("slimta-bus:list").startsWith("NAME "));
        assertEquals(
                2,
                execute("slimta-bus:watch --every 10ms --count 1 relay").lines().count());
        for (String from : List.of("--from ''", "--from=''", "--from=")) {
            assertEquals(
                    "mail.eml  not sent: there is no file " + folder.resolve("mail.eml"),
                    executeFailing(
                                    "slimta-bus:send " + from
                                            + " --to bob@example.net --timeout=5s 127.0.0.1:4025 mail.eml",
                                    "The mail was not accepted.")
                            .split("\n")[0]);
        }
    }

    @Test
    void aCommandThatFailsThrows() throws Exception {
        executeFailing("slimta-bus:show nope", "There is no bus 'nope'. Open buses: relay.");
    }

    @Test
    void filesMayBeGivenAsAPattern() throws Exception {
        for (String name : List.of("one.eml", "two.eml", "three.txt")) {
            Files.writeString(folder.resolve(name), "no mail");
        }
        String printed =
                executeFailing("slimta-bus:send 127.0.0.1:4025 *.eml three.*", "3 of 3 mails were not accepted.");
        assertEquals(3, printed.split("not sent: no address in the headers", -1).length - 1, printed);
    }
}
