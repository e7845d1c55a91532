package org.slimta.bus.webconsole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;
import org.slimta.bus.webconsole.browser.Browser;

/** What a browser makes of the page. */
class BrowserTest {

    private static final int PHONE = 360;
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";
    private static final long AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long BETWEEN_CHECKS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static Browser browser;

    private volatile RuntimeDTO report = Sample.report();
    private final PageServer server;

    BrowserTest() throws IOException {
        server = new PageServer(new Page(() -> report));
    }

    /** The narrowest screen, which has the least room. */
    @BeforeAll
    static void start() throws Exception {
        browser = new Browser(PHONE, 780);
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
    }

    @BeforeEach
    void open() throws Exception {
        browser.open(server.address());
        await("the page shows the report", () -> browser.text("#sb-summary").contains("bus"));
        await(
                "the buses are there",
                () -> number("document.querySelectorAll('.sb-disclose').length") == report.buses.length);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + AT_MOST_NANOS;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(BETWEEN_CHECKS_NANOS);
        }
    }

    private static int number(String script) throws Exception {
        return ((Double) browser.run("return " + script)).intValue();
    }

    private static String all() throws Exception {
        return browser.text("#slimta-bus");
    }

    private static void openEverything() throws Exception {
        browser.run("document.querySelectorAll('.sb-disclose[aria-expanded=false]').forEach((each) => each.click());"
                + "document.querySelectorAll('details').forEach((each) => { each.open = true; });");
    }

    private static void assertShown(String... texts) throws Exception {
        String all = all().replace('\u00a0', ' ');
        for (String text : texts) {
            assertTrue(all.contains(text), () -> text + " is not in\n" + all);
        }
    }

    @Test
    void whatIsInTheReportIsOnThePage() throws Exception {
        openEverything();
        assertShown(
                "3 buses: 2 ready, 1 waiting \u00b7 1 rejected \u00b7 slimta.bus 0.1.0",
                "server 0.0.0.0:4025, TLS",
                "mean 40.0/s",
                "1.2 ms",
                "p99 48.1 ms",
                "oldest 340 ms",
                "of 1,024",
                "1 not read",
                "18.3 MB of 1.6 GB",
                "TIMEOUT at ",
                "its handler took too long",
                "Mailbox of com.example.relay (service 37)",
                "in 9 days",
                "10.0.4.7:51000",
                "and 100 connections with fewer transactions in flight",
                "1 filter matches, but minFilters requires 2",
                "the key cannot be read",
                "Connection refused",
                "server submission",
                "it must be a whole number",
                "OrderCodec",
                "Stamp");
    }

    @Test
    void whatPeersAndConfigurationsSayIsTextAndNothingElse() throws Exception {
        openEverything();
        assertShown(Sample.MARKUP);
        assertEquals(0, number("document.querySelectorAll('#slimta-bus img, #slimta-bus [onerror]').length"));
        assertEquals(0, number("document.querySelectorAll('#slimta-bus script').length"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void nothingIsAskedOfAnotherAddress() throws Exception {
        browser.requests();
        browser.open(server.address());
        int before = server.reports.get();
        await("it has read twice", () -> server.reports.get() >= before + 2);
        List<String> requests = browser.requests();
        assertTrue(requests.contains(server.address() + "/buses.json"), requests.toString());
        assertEquals(
                List.of(),
                requests.stream()
                        .filter(each -> !each.startsWith(server.address()) && !each.startsWith("data:"))
                        .toList());
    }

    @Test
    void aNarrowScreenNeedsNoScrollingToTheSide() throws Exception {
        openEverything();
        assertEquals(PHONE, number("window.innerWidth"));
        int width = number("document.documentElement.scrollWidth");
        assertTrue(width <= PHONE, () -> "the page is " + width + " pixels wide");
    }

    @Test
    void aBusOpensByKeyboardAndStaysOpenWhileThePageChanges() throws Exception {
        for (int i = 0; !focused("className").equals("sb-disclose"); i++) {
            assertTrue(i < 10, "TAB does not get to the first bus");
            browser.type(TAB);
        }
        assertNotEquals("none", browser.run("return getComputedStyle(document.activeElement).outlineStyle"));
        browser.type(ENTER);
        assertEquals("true", focused("ariaExpanded"));
        assertShown("10.0.4.7:51000");
        RuntimeDTO next = Sample.report();
        next.buses[0].answered += 12_345;
        report = next;
        await("the page changes", () -> all().contains("96,345"));
        assertEquals("relay", focused("textContent"));
        assertEquals("true", focused("ariaExpanded"));
    }

    private static String focused(String property) throws Exception {
        return (String) browser.run("return document.activeElement." + property);
    }

    @Test
    void theRateIsThatOfTheReports() throws Exception {
        BusDTO bus = Sample.server();
        report.buses = new BusDTO[] {bus};
        await("one bus", () -> number("document.querySelectorAll('.sb-disclose').length") == 1);
        String before = browser.text("#sb-buses .sb-value");
        bus.answered += 1_000_000;
        await("another rate", () -> !browser.text("#sb-buses .sb-value").equals(before));
        await(
                "there is a line in the chart",
                () -> ((String) browser.run("return document.querySelector('#sb-buses .sb-line').getAttribute('d')"))
                        .contains("L"));
    }

    @Test
    void whatIsNoLongerReportedGoes() throws Exception {
        report = new RuntimeDTO();
        report.version = "0.1.0";
        report.buses = new BusDTO[0];
        report.rejected = new RejectedDTO[0];
        RuntimeDTO sample = Sample.report();
        report.handlers = sample.handlers;
        report.filters = sample.filters;
        report.codecs = sample.codecs;
        await("no bus", () -> all().contains("There is no bus."));
        assertShown("0 buses: 0 ready", "Every configuration and service is used.");
        assertEquals("", browser.text("#sb-attention"));
    }

    @Test
    void aFailureToReadIsSaidOnceAndEnds() throws Exception {
        server.reportStatus = 503;
        await("it says so", () -> browser.text("#sb-notice").contains("the console answered 503"));
        assertEquals("status", browser.run("return document.getElementById('sb-notice').getAttribute('role')"));
        server.reportStatus = 200;
        await("it goes on", () -> browser.text("#sb-notice").isEmpty());
        browser.complaints();
    }

    @Test
    void aPausedPageReadsNothing() throws Exception {
        browser.run("document.getElementById('sb-pause').click()");
        await(
                "the request in progress has ended",
                () -> browser.run("return document.readyState").equals("complete"));
        int before = server.reports.get();
        Object until = browser.run("return performance.now() + 5000");
        await("time for two readings", () -> (Boolean) browser.run("return performance.now() > " + until));
        assertTrue(server.reports.get() <= before + 1, () -> before + " readings, then " + server.reports.get());
        browser.run("document.getElementById('sb-pause').click()");
        await("it reads on", () -> server.reports.get() > before + 1);
    }

    @Test
    void bothColourSchemesCanBeRead() throws Exception {
        for (boolean dark : List.of(true, false)) {
            browser.dark(dark);
            for (Object pair : (List<?>) browser.run("""
                    const colours = (selector) => [...document.querySelectorAll(selector)].slice(0, 1).map((each) => {
                      const style = getComputedStyle(document.getElementById('slimta-bus'));
                      return { what: selector, text: getComputedStyle(each).color, back: style.backgroundColor };
                    });
                    return ['#sb-summary', '.sb-second', '.sb-disclose', '#sb-findings li strong', '#sb-rejected td']
                      .flatMap(colours);
                    """)) {
                Map<?, ?> colours = (Map<?, ?>) pair;
                double contrast = contrast((String) colours.get("text"), (String) colours.get("back"));
                assertTrue(contrast >= 4.5, () -> colours + " has the contrast " + contrast);
            }
        }
    }

    /** As the Web Content Accessibility Guidelines define it; 4.5 is what they ask for. */
    private static double contrast(String one, String other) {
        double first = luminance(one) + 0.05;
        double second = luminance(other) + 0.05;
        return Math.max(first, second) / Math.min(first, second);
    }

    private static double luminance(String rgb) {
        String[] parts = rgb.replaceAll("[^0-9,]", "").split(",");
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double value = Integer.parseInt(parts[i]) / 255.0;
            sum += weights[i] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
