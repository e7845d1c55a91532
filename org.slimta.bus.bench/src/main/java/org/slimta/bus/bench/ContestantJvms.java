package org.slimta.bus.bench;

import java.util.List;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** The JVMs of a contestant: one for the server and one for the client, or a single one for works within a JVM. */
final class ContestantJvms implements AutoCloseable {

    private final Child server;
    private final Child client;

    private ContestantJvms(Child server, Child client) {
        this.server = server;
        this.client = client;
    }

    static ContestantJvms remote(String name, String classPath, List<String> flags) throws Failure {
        Child server = new Child(classPath, flags, "server", name);
        try {
            return new ContestantJvms(server, new Child(classPath, flags, "client", name, server.startResponse()));
        } catch (Failure e) {
            server.close();
            throw e;
        }
    }

    static ContestantJvms local(String name, String classPath, List<String> flags) throws Failure {
        return new ContestantJvms(null, new Child(classPath, flags, "local", name));
    }

    Sample run(Work work, long millis) throws Failure {
        return Sample.parse(client.command("run " + work.name() + " " + millis));
    }

    void openIdle(int count, String kind) throws Failure {
        client.command("open " + server.startResponse() + " " + count + " " + kind);
    }

    void closeIdle() throws Failure {
        client.command("close");
    }

    /** The number of files and sockets that the server has open. */
    long serverDescriptors() throws Failure {
        return Long.parseLong(server.command("descriptors"));
    }

    /** The heap of the server in bytes, once the number of its open files and sockets is in a range. */
    long serverHeap(long min, long max) throws Failure {
        return Long.parseLong(server.command("heap " + min + " " + max));
    }

    @Override
    public void close() {
        client.close();
        if (server != null) {
            server.close();
        }
    }
}
