package org.slimta.bus.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Work;

/** The JVMs of all contestants, kept until the end. */
final class RunningContestants implements AutoCloseable {

    private final List<String> flags;
    private final Path otherBuild;
    private final Map<String, ContestantJvms> remote = new HashMap<>();
    private final Map<String, ContestantJvms> local = new HashMap<>();

    /**
     * None yet.
     *
     * @param flags of each JVM
     * @param otherBuild the jar of the other build's bench, or null if none takes part
     */
    RunningContestants(List<String> flags, Path otherBuild) {
        this.flags = flags;
        this.otherBuild = otherBuild;
    }

    /** Those that run already, or null. */
    ContestantJvms running(String name, Work work) {
        return (work.isLocal() ? local : remote).get(name);
    }

    ContestantJvms start(String name, Work work) throws Failure {
        String classPath =
                Contestants.isOfOtherBuild(name) ? otherBuild.toString() : System.getProperty("java.class.path");
        String inBuild = Contestants.nameInBuild(name);
        ContestantJvms entrant = work.isLocal()
                ? ContestantJvms.local(inBuild, classPath, flags)
                : ContestantJvms.remote(inBuild, classPath, flags);
        (work.isLocal() ? local : remote).put(name, entrant);
        return entrant;
    }

    /** Ends the JVMs of one that failed; when it is needed again it gets new ones. */
    void end(String name, Work work) {
        ContestantJvms failed = (work.isLocal() ? local : remote).remove(name);
        if (failed != null) {
            failed.close();
        }
    }

    @Override
    public void close() {
        remote.values().forEach(ContestantJvms::close);
        local.values().forEach(ContestantJvms::close);
    }
}
