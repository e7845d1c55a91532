package org.slimta.bus.itest;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The agents of Jolokia and of Prometheus in the JVM of a container, as an administrator would start them. */
final class JmxAgents {

    private static final String JOLOKIA_PORT = "itest.jolokia.port";
    private static final String PROMETHEUS_PORT = "itest.prometheus.port";
    private static final Path RULES = Path.of("../docs/examples/prometheus/slimta-bus.yml");

    private JmxAgents() {}

    static Option option(Path folder) throws IOException {
        int jolokia = freePort();
        int prometheus = freePort();
        return CoreOptions.composite(
                CoreOptions.vmOptions(
                        "-javaagent:" + absolute(folder.resolve("jolokia-agent-jvm-javaagent.jar")) + "=port=" + jolokia
                                + ",host=127.0.0.1,discoveryEnabled=false",
                        "-javaagent:" + absolute(folder.resolve("jmx_prometheus_javaagent.jar")) + "=127.0.0.1:"
                                + prometheus + ":" + absolute(RULES)),
                CoreOptions.systemProperty(JOLOKIA_PORT).value(Integer.toString(jolokia)),
                CoreOptions.systemProperty(PROMETHEUS_PORT).value(Integer.toString(prometheus)));
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** What Jolokia says of a number, or of null if there is no such MBean yet. */
    static Double jolokia(String name, String attribute) {
        return number(JOLOKIA_PORT, "/jolokia/read/" + name + "/" + attribute, "\"value\":(-?[0-9.E]+)");
    }

    /** What Prometheus gets, or null if there is no such metric yet. */
    static Double prometheus(String metric) {
        return number(PROMETHEUS_PORT, "/metrics", "(?m)^" + Pattern.quote(metric) + " (.+)$");
    }

    private static Double number(String port, String path, String pattern) {
        URI url = URI.create("http://127.0.0.1:" + System.getProperty(port) + path);
        try {
            String text = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(url)
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher found = Pattern.compile(pattern).matcher(text);
            return found.find() ? Double.valueOf(found.group(1)) : null;
        } catch (IOException e) {
            throw new IllegalStateException(url.toString(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
