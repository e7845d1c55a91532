package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A relay in one container, and an edge that sends to it in another one, over a cluster of NATS nodes. Every bundle is replaced in both, and
 * nothing is lost, processed twice, or left.
 */
final class NatsContainers {

    /** How often each bundle is replaced. */
    private static final int TIMES = Integer.getInteger("itest.replacements", 1);

    private static final int ENOUGH = 200;
    private static final List<String> PRODUCTS =
            List.of("org.slimta.bus.nats", "org.slimta.bus.mail", "org.slimta.bus.impl", "org.slimta.bus.api");
    private static final String SETTINGS = String.join(
            "\t",
            "slimta.bus.request.type=mail.message",
            "slimta.bus.response.type=mail.reply",
            "nats=main",
            "subject=mail");

    private final NatsNodes nodes;
    private final ContainerProcess relay;
    private final ContainerProcess edge;

    NatsContainers(NatsNodes nodes, ContainerProcess relay, ContainerProcess edge) {
        this.nodes = nodes;
        this.relay = relay;
        this.edge = edge;
    }

    private void configure(ContainerProcess container, String pid, String bus) throws IOException {
        Await.until(
                "everything is installed",
                () -> container.run("active"),
                () -> PRODUCTS.stream().allMatch(container.run("active")::contains));
        container.run("configure", "org.slimta.bus.nats", "slimta.nats.name=main", "servers=" + nodes.servers());
        container.run("configure", pid, "slimta.bus.name=" + bus, SETTINGS);
        container.run("watch", String.join(",", PRODUCTS) + ",itest.handler,itest.load");
    }

    void run() throws Exception {
        configure(relay, "org.slimta.bus.nats.server", "relay");
        relay.run("install", SampleBundles.handler(1).toAbsolutePath());
        configure(edge, "org.slimta.bus.nats.client", "to-relay");
        edge.run("install", SampleBundles.load().toAbsolutePath());
        awaitProgress("at the beginning");
        for (int i = 0; i < TIMES; i++) {
            relay.run("replace", "itest.handler", SampleBundles.handler(2 + i).toAbsolutePath());
            awaitProgress("after the handler was replaced");
            for (String bundle : PRODUCTS) {
                replace(relay, "relay", bundle);
                replace(edge, "edge", bundle);
            }
        }
        assertTrue("connections: " + nodes.connections(), nodes.connections() <= 4);
        edge.run("stop", "itest.load");
        Await.until("all have come to their end", () -> "They are " + edge.run("counts"), () -> left() == 0);
        assertEquals(edge.run("counts"), 0, count("failed"));
        assertEquals("what was handled, once", count("answered"), Long.parseLong(relay.run("handled")));
        for (ContainerProcess container : List.of(relay, edge)) {
            Await.until(
                    "no former revision is left",
                    () -> container.run("left"),
                    () -> container.run("left").equals("[]"));
            container.run("stop", "org.slimta.bus.nats");
            Await.until(
                    "its threads have ended",
                    () -> container.run("threads", "slimta-nats"),
                    () -> container.run("threads", "slimta-nats").equals("[]"));
        }
        Await.until("its connections are closed", () -> nodes.connections() == 0);
        System.out.println("Replaced " + TIMES + " times: " + edge.run("counts"));
    }

    private void replace(ContainerProcess container, String name, String bundle) throws Exception {
        Path jar = bundle.equals("org.slimta.bus.nats") ? Installed.NATS : Installed.path(bundle);
        container.run("replace", bundle, jar.toAbsolutePath());
        awaitProgress("after " + bundle + " was replaced in the " + name);
    }

    private void awaitProgress(String when) throws Exception {
        long before = count("answered");
        Await.until("transactions go on " + when, () -> "They are " + edge.run("counts"), () -> {
            assertFalse(when + ": " + edge.run("counts"), count("failed") > 0);
            return count("answered") > before + ENOUGH;
        });
    }

    private long left() throws IOException {
        return count("sent") - count("answered") - count("refused") - count("failed");
    }

    private long count(String name) throws IOException {
        Matcher found = Pattern.compile("\\b" + name + "=(\\d+)").matcher(edge.run("counts"));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
