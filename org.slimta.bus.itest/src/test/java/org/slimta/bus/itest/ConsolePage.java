package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.osgi.framework.FrameworkUtil;
import org.slimta.bus.webconsole.browser.Browser;

/** The page of the buses in a Web Console, as a browser shows it. */
public abstract class ConsolePage {

    static final String PORT = "itest.console.port";

    private static final String MARKUP = "<img src=x onerror=alert(1)>";
    private static final int UNAUTHORIZED = 401;
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 900;

    private final String login;

    /** A page that this user may see. */
    ConsolePage(String user, String password) {
        login = user + ":" + password;
    }

    private static String host() {
        return "127.0.0.1:" + System.getProperty(PORT);
    }

    /** Opens the page as soon as the console is there, and it wants a login. */
    private void open(Browser browser) {
        Await.until("the console wants a login", () -> status() == UNAUTHORIZED);
        String address = "http://" + login + "@" + host() + "/system/console/slimta-bus";
        Await.until("the page shows the buses", () -> browser.text("body") + browser.complaints(), () -> {
            browser.open(address);
            return !browser.text("#slimta-bus").isEmpty();
        });
    }

    /** The status of an answer to somebody who has not logged in; -1 if there is no server. */
    private static int status() throws InterruptedException {
        URI report = URI.create("http://" + host() + "/system/console/slimta-bus/buses.json");
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(report).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    public void theRateMovesWhileMailsFlowAndWhatIsRejectedIsShown() throws Exception {
        try (Browser browser = new Browser(WIDTH, HEIGHT);
                MailFlow flow =
                        new MailFlow(FrameworkUtil.getBundle(ConsolePage.class).getBundleContext())) {
            open(browser);
            Await.until(
                    "both buses are shown", () -> browser.text("#sb-summary").startsWith("2 buses: 2 ready"));
            // Karaf's console asks for an icon that it does not have.
            String ofTheConsole = "http://" + host() + "/system/console/res/";
            browser.complaints();
            browser.requests();
            browser.open("http://" + host() + "/system/console/slimta-bus");
            Await.until("the rate is shown", () -> rate(browser).matches("[1-9][0-9.]*/s"));
            String first = rate(browser);
            Await.until(
                    "the rate moves",
                    () -> rate(browser).matches("[1-9].*") && !rate(browser).equals(first));
            flow.configure("org.slimta.bus.server", "submission", Map.of("port", "http"));
            Await.until(
                    "the rejected configuration is shown",
                    () -> browser.text("#sb-rejected").contains("the setting port is http; it must be a whole number"));
            flow.configure("org.slimta.bus.server", MARKUP, Map.of("host", "127.0.0.1", "port", 0));
            Await.until(
                    "the name of a bus is text", () -> browser.text("#sb-buses").contains(MARKUP));
            assertEquals(0.0, browser.run("return document.querySelectorAll('#slimta-bus img').length"));
            assertEquals(
                    List.of(),
                    browser.complaints().stream()
                            .filter(each -> !each.startsWith(ofTheConsole))
                            .toList());
            List<String> requests = browser.requests();
            assertTrue(
                    requests.toString(),
                    requests.contains("http://" + host() + "/system/console/slimta-bus/buses.json"));
            assertEquals(
                    List.of(),
                    requests.stream()
                            .filter(each -> !each.startsWith("http://" + host() + "/") && !each.startsWith("data:"))
                            .toList());
        }
    }

    private static String rate(Browser browser) throws Exception {
        return browser.text("#sb-buses .sb-value");
    }
}
