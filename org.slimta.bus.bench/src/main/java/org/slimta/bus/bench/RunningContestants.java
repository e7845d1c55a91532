package org.slimta.bus.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Work;

/** The JVMs of all contestants, which run until the end. */
final class RunningContestants implements AutoCloseable {

    private final List<String> flags;
    private final Path otherBuild;
    private final Map<String, ContestantJvms> remote = new HashMap<>();
    private final Map<String, ContestantJvms> local = new HashMap<>();

    /**
     * Starts no JVMs yet.
     *
     * @param flags the flags of each JVM
     * @param otherBuild the jar of the bench of another build, or null if none takes part
     */
    RunningContestants(List<String> flags, Path otherBuild) {
        this.flags = flags;
        this.otherBuild = otherBuild;
    }

    /** The running JVMs of a contestant, or null if they are not started. */
    ContestantJvms get(String name, Work work) {
        return (work.isLocal() ? local : remote).get(name);
    }

    ContestantJvms start(String name, Work work) throws Failure {
        String classPath =
                Contestants.isOfOtherBuild(name) ? otherBuild.toString() : System.getProperty("java.class.path");
        String inBuild = Contestants.nameInBuild(name);
        ContestantJvms jvms = work.isLocal()
                ? ContestantJvms.local(inBuild, classPath, flags)
                : ContestantJvms.remote(inBuild, classPath, flags);
        (work.isLocal() ? local : remote).put(name, jvms);
        return jvms;
    }

    /** Ends the JVMs of a contestant that failed; it gets new ones when it is needed again. */
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
