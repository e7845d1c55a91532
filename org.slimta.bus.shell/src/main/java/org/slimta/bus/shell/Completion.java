package org.slimta.bus.shell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusRuntime;

/**
 * Makes the Tab key complete the names of buses and the options of the commands in sessions of Gogo with JLine. These
 * have a command {@code complete}, which adds to the completions of its session; so each session gets them after the
 * first of its commands, which is its start script. In other sessions nothing changes; {@link KarafCompletion} is for
 * those of Karaf. Thread-safe.
 */
@Component
public final class Completion implements CommandSessionListener {

    /** The variable with the completions of a session. */
    private static final String COMPLETIONS = ".completions";

    /** The function of a session that returns names. The functions of the start script begin like this, too. */
    private static final String NAMES = "__slimta_bus_names";

    private final Function names;
    private final Set<CommandSession> sessions = Collections.newSetFromMap(new WeakHashMap<>());

    /** Whether this thread adds completions: each call of {@code complete} is followed by a call of this listener. */
    private final ThreadLocal<Boolean> isAdding = ThreadLocal.withInitial(() -> false);

    /**
     * Creates the listener.
     *
     * @param runtime reports the buses, not null
     */
    @Activate
    public Completion(@Reference BusRuntime runtime) {
        BusNames of = new BusNames(runtime);
        names = (session, arguments) -> of.of(String.valueOf(arguments.get(0)));
    }

    /** Removes from all sessions what would keep the classes of this bundle in memory. */
    @Deactivate
    public void close() {
        synchronized (sessions) {
            sessions.forEach(session -> session.put(NAMES, null));
            sessions.clear();
        }
    }

    @Override
    public void beforeExecute(CommandSession session, CharSequence command) {}

    @Override
    public void afterExecute(CommandSession session, CharSequence command, Exception exception) {
        addTo(session);
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence command, Object result) {
        addTo(session);
    }

    private void addTo(CommandSession session) {
        if (isAdding.get() || !(session.get(COMPLETIONS) instanceof Map<?, ?> completions)) {
            return;
        }
        if (session.get(NAMES) != names) {
            session.put(NAMES, names);
            synchronized (sessions) {
                sessions.add(session);
            }
        }
        if (!completions.containsKey(Syntax.SCOPE + ":" + Syntax.all()[0].command())) {
            isAdding.set(true);
            try {
                for (String line : lines()) {
                    session.execute(line);
                }
            } catch (Exception e) {
                // This session has no completions then.
            } finally {
                isAdding.remove();
            }
        }
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Syntax each : Syntax.all()) {
            String complete = "complete -c " + Syntax.SCOPE + ":" + each.command();
            lines.add(complete + " -d '" + each.description() + "'");
            each.options().forEach((name, meaning) -> lines.add(complete + " -l " + name + " -d '" + meaning + "'"));
            lines.add(complete + " -a '" + NAMES + " " + each.command() + "'");
        }
        return lines;
    }
}
