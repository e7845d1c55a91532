package org.slimta.bus.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Work;

/** The JVMs of all contestants, kept until the end. */
final class Entrants implements AutoCloseable {

    private final List<String> flags;
    private final Path otherBuild;
    private final Map<String, Entrant> remote = new HashMap<>();
    private final Map<String, Entrant> local = new HashMap<>();

    /**
     * None yet.
     *
     * @param flags of each JVM
     * @param otherBuild the jar of the other build's bench, or null if none takes part
     */
    Entrants(List<String> flags, Path otherBuild) {
        this.flags = flags;
        this.otherBuild = otherBuild;
    }

    /** Those that run already, or null. */
    Entrant running(String name, Work work) {
        return (work.isLocal() ? local : remote).get(name);
    }

    Entrant start(String name, Work work) throws Failure {
        String classPath =
                Contestants.isOfOtherBuild(name) ? otherBuild.toString() : System.getProperty("java.class.path");
        String inBuild = Contestants.nameInBuild(name);
        Entrant entrant = work.isLocal()
                ? Entrant.local(inBuild, classPath, flags)
                : Entrant.remote(inBuild, classPath, flags);
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
