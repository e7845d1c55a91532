package org.slimta.bus.webconsole.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium, driven by ChromeDriver (the protocol WebDriver). It finds no host but this one. Not thread-safe.
 */
public final class Browser implements AutoCloseable {

    private static final Pattern STARTED = Pattern.compile("started successfully on port ([0-9]+)");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String MISSING = "chromedriver cannot be started; install Debian's packages chromium and"
            + " chromium-driver, or what your system calls them";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path profile;
    private final Process driver;
    private final String session;

    /** Starts a browser with a window of this size. */
    public Browser(int width, int height) throws IOException, InterruptedException {
        profile = Files.createTempDirectory("chromium");
        try {
            driver = new ProcessBuilder("chromedriver", "--port=0")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(MISSING, e);
        }
        String base = "http://127.0.0.1:" + port(driver.inputReader()) + "/session";
        Object created = send("POST", base, capabilities(width, height));
        session = base + "/" + ((Map<?, ?>) created).get("sessionId");
    }

    private static String port(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return started.group(1);
            }
        }
        throw new IOException(MISSING);
    }

    private String capabilities(int width, int height) {
        String arguments = String.join(
                "\",\"",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + profile);
        // A window is never narrower than 500 pixels: a narrow screen is that of a phone.
        return """
                {"capabilities": {"alwaysMatch": {
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                  "goog:chromeOptions": {
                    "args": ["%s"],
                    "mobileEmulation": {"deviceMetrics": {"width": %d, "height": %d, "pixelRatio": 1.0, "mobile": %s}}
                  }
                }}}
                """.formatted(arguments, width, height, width < 500);
    }

    private Object send(String method, String address, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        String answer = http.send(request, BodyHandlers.ofString()).body();
        Object value = ((Map<?, ?>) Json.read(answer)).get("value");
        if (value instanceof Map<?, ?> map && map.containsKey("error")) {
            throw new IOException(method + " " + address + " " + body + ": " + map.get("message"));
        }
        return value;
    }

    /** Loads a page and waits until it is loaded; not for what its scripts do then. */
    public void open(String address) throws IOException, InterruptedException {
        send("POST", session + "/url", "{\"url\":" + Json.quoted(address) + "}");
    }

    /** Runs a script, and returns what it returns. */
    public Object run(String script) throws IOException, InterruptedException {
        return send("POST", session + "/execute/sync", "{\"script\":" + Json.quoted(script) + ",\"args\":[]}");
    }

    /** The visible text of the first element that a selector of CSS finds; empty if there is none that can be seen. */
    public String text(String selector) throws IOException, InterruptedException {
        return (String) run("const found = document.querySelector(" + Json.quoted(selector) + ");"
                + "return found === null || found.getClientRects().length === 0 ? '' : found.innerText");
    }

    /** Types keys into the element that has the focus; {@code \uE004} is TAB, {@code \uE007} ENTER. */
    public void type(String keys) throws IOException, InterruptedException {
        StringBuilder actions = new StringBuilder();
        for (char key : keys.toCharArray()) {
            for (String type : List.of("keyDown", "keyUp")) {
                actions.append(actions.isEmpty() ? "" : ",");
                actions.append("{\"type\":\"" + type + "\",\"value\":" + Json.quoted(String.valueOf(key)) + "}");
            }
        }
        send(
                "POST",
                session + "/actions",
                "{\"actions\":[{\"type\":\"key\",\"id\":\"keys\",\"actions\":[" + actions + "]}]}");
    }

    /** What the scripts and the browser have complained of since it was asked last: warnings and errors. */
    public List<String> complaints() throws IOException, InterruptedException {
        return log("browser")
                .filter(entry -> List.of("WARNING", "SEVERE").contains(entry.get("level")))
                .map(entry -> (String) entry.get("message"))
                .toList();
    }

    /** The addresses of all requests since it was asked last. */
    public List<String> requests() throws IOException, InterruptedException {
        return log("performance")
                .map(entry -> (Map<?, ?>) ((Map<?, ?>) Json.read((String) entry.get("message"))).get("message"))
                .filter(message -> "Network.requestWillBeSent".equals(message.get("method")))
                .map(message -> (Map<?, ?>) ((Map<?, ?>) message.get("params")).get("request"))
                .map(request -> (String) request.get("url"))
                .toList();
    }

    private Stream<Map<?, ?>> log(String type) throws IOException, InterruptedException {
        Object entries = send("POST", session + "/se/log", "{\"type\":\"" + type + "\"}");
        return ((List<?>) entries).stream().map(entry -> (Map<?, ?>) entry);
    }

    /** Has the page think that it prefers dark colours, or not. */
    public void dark(boolean dark) throws IOException, InterruptedException {
        devTools(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
    }

    /** Writes the upper part of the page as PNG. */
    public void screenshot(Path file, int width, int height) throws IOException, InterruptedException {
        Object taken = devTools(
                "Page.captureScreenshot",
                "{\"captureBeyondViewport\":true,\"clip\":{\"x\":0,\"y\":0,\"width\":%d,\"height\":%d,\"scale\":1}}"
                        .formatted(width, height));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode((String) ((Map<?, ?>) taken).get("data")));
    }

    private Object devTools(String command, String parameters) throws IOException, InterruptedException {
        return send(
                "POST", session + "/goog/cdp/execute", "{\"cmd\":\"" + command + "\",\"params\":" + parameters + "}");
    }

    @Override
    public void close() throws IOException {
        try {
            send("DELETE", session, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** Ends the processes, which must be gone before their files can be deleted. */
    private void end() throws IOException {
        List<ProcessHandle> all = Stream.concat(driver.descendants(), Stream.of(driver.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        all.forEach(process -> process.onExit()
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join());
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
