package org.slimta.bus.webconsole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z]+\\.js)'");

    private final Page page = new Page(Sample::report);

    /** The scripts that the page loads, and the scripts that they import. */
    private Map<String, String> scripts() {
        Map<String, String> scripts = new LinkedHashMap<>();
        Deque<String> left = new ArrayDeque<>(List.of("page.js"));
        while (!left.isEmpty()) {
            String name = left.remove();
            if (scripts.containsKey(name)) {
                continue;
            }
            Answer script = page.file("/" + name).orElseThrow(() -> new AssertionError(name + " cannot be loaded"));
            assertEquals("text/javascript;charset=utf-8", script.contentType());
            scripts.put(name, script.body());
            Matcher imports = IMPORT.matcher(script.body());
            while (imports.find()) {
                left.add(imports.group(1));
            }
        }
        return scripts;
    }

    @Test
    void theReportIsNeverKept() {
        Answer answer = page.file("/buses.json").orElseThrow();
        assertEquals("application/json", answer.contentType());
        assertEquals("no-store", answer.cacheControl());
        assertTrue(answer.body().startsWith("{\"buses\":[{\"name\":\"relay\""), answer.body());
    }

    @Test
    void noOtherFileOfTheBundleCanBeLoaded() {
        for (String path :
                List.of("/Page.class", "/page.html", "/../page.js", "/", "/META-INF/MANIFEST.MF", "//page.js")) {
            assertTrue(page.file(path).isEmpty(), path);
        }
    }

    @Test
    void theConsoleAndThePageAgreeOnWhatIsHtml() {
        for (String path : List.of("", "/", "/x", "/x.html", "/a.b/x")) {
            assertTrue(Page.isHtml(path), path);
        }
        for (String path : List.of("/buses.json", "/page.js", "/x.htm")) {
            assertFalse(Page.isHtml(path), path);
        }
    }

    @Test
    void theAddressOfTheConsoleCannotEndTheAttribute() {
        String html = page.html("/con\"><script>/slimta-bus");
        assertTrue(html.contains("src=\"/con&quot;>&lt;script>/slimta-bus/page.js\""), html);
        assertFalse(html.contains("@root@"), html);
    }

    @Test
    void nothingIsInTheHtmlThatAStrictPolicyForbids() {
        String html = page.html("/system/console/slimta-bus");
        assertFalse(
                Pattern.compile("\\son[a-z]+=|\\sstyle=|javascript:|<style")
                        .matcher(html)
                        .find(),
                html);
        assertTrue(html.contains("<script type=\"module\" src=\"/system/console/slimta-bus/page.js\"></script>"), html);
    }

    @Test
    void noScriptTakesATextAsMarkupOrAsAScript() {
        Map<String, String> scripts = scripts();
        assertTrue(scripts.size() >= 5, scripts.keySet().toString());
        Pattern dangerous = Pattern.compile(
                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|createContextualFragment");
        scripts.forEach((name, script) -> assertFalse(dangerous.matcher(script).find(), name));
    }

    @Test
    void nothingComesFromAnotherAddress() {
        Map<String, String> all = scripts();
        all.put("page.css", page.file("/page.css").orElseThrow().body());
        all.put("html", page.html("/slimta-bus"));
        all.forEach((name, text) -> assertFalse(
                Pattern.compile("(?:https?:)?//(?!www\\.w3\\.org/2000/svg)[a-z]")
                        .matcher(text.replace("// ", ""))
                        .find(),
                name));
    }
}
