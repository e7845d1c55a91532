package org.slimta.bus.itest;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** The page in Felix Web Console 5, whose servlets are those of Jakarta. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WebConsoleIT extends ConsolePage {

    public WebConsoleIT() {
        super("admin", "admin");
    }

    @Configuration
    public static Option[] configuration() throws Exception {
        String port = String.valueOf(ConfiguredBuses.freePort());
        return options(
                systemProperty(PORT).value(port),
                frameworkProperty("org.osgi.service.http.port").value(port),
                frameworkProperty("org.apache.felix.http.host").value("127.0.0.1"),
                Installed.slimtaBus(),
                // Jetty wants a newer one than that of Pax Exam.
                console("pax-logging-api"),
                console(
                        "org.apache.felix.http.servlet-api",
                        "commons-io",
                        "commons-fileupload",
                        "org.apache.felix.http.jetty12",
                        "org.apache.felix.inventory",
                        "encoder",
                        "org.apache.felix.webconsole",
                        "org.slimta.bus.webconsole"));
    }

    private static Option console(String... names) {
        return composite(Stream.of(names)
                .map(name -> Installed.jar(Path.of("target/webconsole", name + ".jar")))
                .toArray(Option[]::new));
    }
}
