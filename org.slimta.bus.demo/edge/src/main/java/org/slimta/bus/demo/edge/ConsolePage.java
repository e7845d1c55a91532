package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;

/** The page of the buses in the Web Console, if the demo was started with one. */
final class ConsolePage {

    private static final String PORT = "org.osgi.service.http.port";
    private static final String USER = "admin";
    private static final String PASSWORD = "admin";
    private static final int CHECKS = 100;
    private static final int CHECK_INTERVAL_MILLIS = 100;
    private static final int OK = 200;

    private final String port;

    ConsolePage(BundleContext context) {
        port = context.getProperty(PORT);
    }

    /** Whether the demo was started with a console. */
    boolean isWanted() {
        return port != null;
    }

    /** Where the page is, and how to log in. */
    String address() {
        return "http://127.0.0.1:" + port + "/system/console/slimta-bus";
    }

    String login() {
        return "user " + USER + ", password " + PASSWORD;
    }

    /** Waits until the page is there; false if it does not come soon, since then it will not come at all. */
    boolean awaitAnswer() throws InterruptedException {
        String login = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(address()))
                .header("Authorization", "Basic " + login)
                .timeout(Duration.ofSeconds(2))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < CHECKS; i++) {
            if (isAnswered(client, request)) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(CHECK_INTERVAL_MILLIS);
        }
        return false;
    }

    private static boolean isAnswered(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }
}
