package org.slimta.bus.webconsole;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slimta.bus.api.runtime.BusRuntime;

/**
 * The contents of the page, and of what it loads, by path. Nothing that a peer or a configuration determines is in the HTML:
 * the scripts put it into the page as text. Does not block; thread-safe.
 */
final class Page {

    /** The last part of the address of the page. */
    static final String LABEL = "slimta-bus";

    private static final String JSON = "/buses.json";
    private static final String ROOT = "@root@";
    private static final Map<String, String> TYPES =
            Map.of("js", "text/javascript;charset=utf-8", "css", "text/css;charset=utf-8");

    /** What the browser may load: no other file of the bundle. */
    private static final List<String> FILES = List.of(
            "page.css",
            "page.js",
            "buses.js",
            "charts.js",
            "details.js",
            "elements.js",
            "findings.js",
            "tables.js",
            "text.js");

    private final BusRuntime runtime;

    Page(BusRuntime runtime) {
        this.runtime = runtime;
    }

    /** Whether a path is that of the page; then the console has written its head already. It decides in the same way. */
    static boolean isHtml(String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) < 0 || path.endsWith(".html");
    }

    /**
     * Answers a request for a file beside the page.
     *
     * @param path what follows the address of the page, such as {@code /buses.json}
     * @return empty if there is no such file
     */
    Optional<Answer> file(String path) {
        if (path.equals(JSON)) {
            return Optional.of(new Answer("application/json", "no-store", Json.of(runtime.getRuntimeDTO())));
        }
        String name = path.substring(1);
        if (!FILES.contains(name)) {
            return Optional.empty();
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        return Optional.of(new Answer(type, "no-cache", resource(name)));
    }

    /**
     * The HTML of the page, which the console puts below its own head.
     *
     * @param root the address of the page, such as {@code /system/console/slimta-bus}
     */
    String html(String root) {
        return resource("page.html").replace(ROOT, attribute(root));
    }

    private static String attribute(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle of the page has no " + name + " that can be read", e);
        }
    }
}
