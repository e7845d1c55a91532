package org.slimta.bus.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.work.Work;

/** The JVMs of all contestants. They are started when they are needed first, and kept. */
final class Entrants implements AutoCloseable {

    private final List<String> flags;
    private final Map<String, Entrant> remote = new HashMap<>();
    private final Map<String, Entrant> local = new HashMap<>();

    Entrants(List<String> flags) {
        this.flags = flags;
    }

    Entrant of(String name, Work work) throws Failure {
        Map<String, Entrant> running = work.isLocal() ? local : remote;
        Entrant entrant = running.get(name);
        if (entrant == null) {
            entrant = work.isLocal() ? Entrant.local(name, flags) : Entrant.remote(name, flags);
            running.put(name, entrant);
        }
        return entrant;
    }

    /** Ends the JVMs of one that failed; when it is needed again it gets new ones. */
    void end(String name, Work work) {
        Entrant failed = (work.isLocal() ? local : remote).remove(name);
        if (failed != null) {
            failed.close();
        }
    }

    @Override
    public void close() {
        remote.values().forEach(Entrant::close);
        local.values().forEach(Entrant::close);
    }
}
