package org.slimta.bus.shell;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/**
 * Command {@code slimta-bus:names} for the shell of Karaf, which prints the names of the buses. It completes the lines
 * of the other commands too: Karaf's shell takes those for Gogo without completers, and asks the completers of all
 * commands about each line.
 */
final class KarafNamesCommand implements Command, Completer {

    private static final String NAME = "names";

    private final BusNames names;

    private KarafNamesCommand(BusNames names) {
        this.names = names;
    }

    /**
     * Adds the command to the shell.
     *
     * @param sessionFactory the service {@link SessionFactory}, not null
     * @param names the names that arguments can be, not null
     * @return removes the command
     */
    static Runnable addTo(Object sessionFactory, BusNames names) {
        SessionFactory shell = (SessionFactory) sessionFactory;
        KarafNamesCommand command = new KarafNamesCommand(names);
        shell.getRegistry().register(command);
        return () -> shell.getRegistry().unregister(command);
    }

    @Override
    public String getScope() {
        return Syntax.SCOPE;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getDescription() {
        return "prints the names of the buses, one on each line";
    }

    @Override
    public Object execute(Session session, List<Object> arguments) {
        names.of("show").forEach(name -> session.getConsole().println(Table.oneLine(name, name.length())));
        return null;
    }

    @Override
    public Completer getCompleter(boolean scoped) {
        return this;
    }

    @Override
    public Parser getParser() {
        return null;
    }

    /** Adds what the cursor's argument can be; the shell omits what does not begin with the letters typed so far. */
    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        String[] words = line.getArguments();
        if (line.getCursorArgumentIndex() == 0) {
            candidates.add(Syntax.SCOPE + ":" + NAME);
            return 0;
        }
        Arrays.stream(Syntax.all())
                .filter(each -> words[0].equals(each.command()) || words[0].equals(Syntax.SCOPE + ":" + each.command()))
                .flatMap(each -> argument(each, line.getCursorArgument()))
                .forEach(candidates::add);
        return 0;
    }

    private Stream<String> argument(Syntax syntax, String typed) {
        return typed != null && typed.startsWith("-")
                ? syntax.options().keySet().stream().sorted().map(option -> "--" + option)
                : names.of(syntax.command()).stream();
    }
}
