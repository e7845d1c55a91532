package org.slimta.bus.itest;

import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.features;

import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** The page in the Web Console of Karaf, whose servlets are those of Java EE. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WebConsoleInKarafIT extends ConsolePage {

    private static final String USER = "operator";
    private static final String PASSWORD = "only-for-this-test";

    public WebConsoleInKarafIT() {
        super(USER, PASSWORD);
    }

    @Configuration
    public static Option[] configuration() throws Exception {
        String port = String.valueOf(ConfiguredBuses.freePort());
        return options(
                KarafIT.karaf(),
                systemProperty(PORT).value(port),
                editConfigurationFilePut("etc/org.ops4j.pax.web.cfg", "org.osgi.service.http.port", port),
                editConfigurationFilePut("etc/users.properties", USER, PASSWORD + ",admin"),
                features(System.getProperty("itest.features"), "slimta-bus-mail", "slimta-bus-webconsole"));
    }
}
