package org.slimta.bus.itest;

import java.io.IOException;
import java.net.InetAddress;
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

    /** Linux gives outgoing connections ports from 32768 on. */
    private static final int MIN_PORT = 24_000;

    private static final int MAX_PORT = 32_000;
    private static final Path RULES = Path.of("../docs/examples/prometheus/slimta-bus.yml");

    private JmxAgents() {}

    static Option option(Path folder) {
        int jolokia = freePort(MIN_PORT);
        int prometheus = freePort(jolokia + 1);
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

    /**
     * A port that is free now, and is not given to outgoing connections, of which a container that starts has many: an
     * agent whose port is taken ends the JVM.
     */
    private static int freePort(int from) {
        for (int port = from; port < MAX_PORT; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Something else listens there.
            }
        }
        throw new IllegalStateException("no port from " + from + " to " + MAX_PORT + " is free");
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
