package org.slimta.bus.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.work.Work;

/** The JVMs of all contestants, kept until the end. */
final class Entrants implements AutoCloseable {

    private final List<String> flags;
    private final Map<String, Entrant> remote = new HashMap<>();
    private final Map<String, Entrant> local = new HashMap<>();

    Entrants(List<String> flags) {
        this.flags = flags;
    }

    /** Those that run already, or null. */
    Entrant running(String name, Work work) {
        return (work.isLocal() ? local : remote).get(name);
    }

    Entrant start(String name, Work work) throws Failure {
        Entrant entrant = work.isLocal() ? Entrant.local(name, flags) : Entrant.remote(name, flags);
        (work.isLocal() ? local : remote).put(name, entrant);
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
