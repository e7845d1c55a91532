package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.nats.fixture.NatsNode;

/** The environment of a test over NATS: a cluster of three nodes, and servers and clients of one subject, each in a process of its own. */
final class NatsScene implements BeforeEachCallback, AfterEachCallback {

    /** What the clients send to. */
    static final String TARGET = "all";

    private static final String SUBJECT = "chaos";
    private static final int MAX_PER_CLIENT = 100_000_000;

    private final Scene scene = new Scene();
    private final List<ServerJvm> servers = new ArrayList<>();
    private final List<ClientJvm> clients = new ArrayList<>();
    private List<NatsNode> nodes = List.of();
    private boolean begun;
    private boolean spread;
    private long warmAt; // When the clients had the first responses that a test has waited for.

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        NatsNode.require();
        begun = true;
        scene.beforeEach(context);
        nodes = NatsNode.cluster(scene.folder(), 3);
        nodes.forEach(scene::add);
    }

    /** Lets each process know one node at first, so that not all of them choose the same one. Others are known from that node. */
    void spread() {
        spread = true;
    }

    List<NatsNode> nodes() {
        return nodes;
    }

    List<ServerJvm> servers() {
        return servers;
    }

    List<ClientJvm> clients() {
        return clients;
    }

    void startServers(int count, String... options) throws Exception {
        for (int i = 0; i < count; i++) {
            servers.add(scene.server("server" + (i + 1), withNodes(i, options)));
        }
    }

    void startClients(int count, String... options) throws Exception {
        for (int i = 0; i < count; i++) {
            startClient("512m", List.of(TARGET), options);
        }
    }

    /** Starts a client of several targets, which are all served by each server. */
    void startClient(String heap, List<String> targets, String... options) throws IOException {
        int number = clients.size();
        List<String> all = new ArrayList<>(List.of(options));
        all.add("firstNumber=" + number * MAX_PER_CLIENT);
        all.add("seed=" + number);
        List<Target> hosted = targets.stream()
                .map(target -> Target.anyOf(target, List.of(SUBJECT)))
                .toList();
        Path folder = scene.folder();
        clients.add(scene.add(new ClientJvm(
                folder, "client" + (number + 1), heap, hosted, withNodes(number, all.toArray(String[]::new)))));
    }

    private String[] withNodes(int number, String... options) {
        List<String> all = new ArrayList<>(Arrays.asList(options));
        all.add("nats=" + String.join(";", NatsNode.urls(spread ? List.of(nodes.get(number % nodes.size())) : nodes)));
        all.add("subject=" + SUBJECT);
        return all.toArray(String[]::new);
    }

    /** Waits until each client has so many responses to requests that it sends from now on. */
    void awaitResponses(int count) throws Exception {
        List<ClientJvm.Moment> now = new ArrayList<>();
        for (ClientJvm client : clients) {
            now.add(client.now());
        }
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).awaitResponsesSince(now.get(i), TARGET, count);
        }
        warmAt = warmAt == 0 ? System.nanoTime() : warmAt;
    }

    /** Ends the clients, and checks what they and the servers have recorded. */
    Audit finish(Duration mostTime, Reason... allowed) throws Exception {
        Audit audit = new Audit(mostTime).limitFrom(warmAt).allow(TARGET, allowed);
        List<JournalReader> journals = new ArrayList<>();
        for (ClientJvm client : clients) {
            client.finish();
            journals.add(client.journal());
        }
        for (ServerJvm server : servers) {
            server.awaitNothingLeft();
            journals.add(server.journal());
        }
        audit.read(journals.toArray(JournalReader[]::new));
        scene.report(audit.summary());
        return audit;
    }

    /** Writes figures, after those of the audit. */
    void report(String figures) throws IOException {
        scene.report(figures);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (begun) { // Otherwise the test is left out.
            scene.afterEach(context);
        }
    }
}
