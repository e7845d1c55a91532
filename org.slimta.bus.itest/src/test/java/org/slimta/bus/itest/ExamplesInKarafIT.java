package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;
import org.apache.karaf.features.FeaturesService;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The feature and the bundle of the examples do in Karaf what their pages say. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ExamplesInKarafIT {

    private static final String FEATURE = "itest.example.feature";
    private static final String BUNDLE = "itest.example.bundle";
    private static final String SETTINGS = "itest.example.settings";

    private BundleContext context;
    private FeaturesService features;

    @Configuration
    public static Option[] configuration() throws Exception {
        Path feature = CleanClone.example("feature");
        Path bundle = CleanClone.example("bundle");
        return new Option[] {
            composite(KarafIT.configuration()),
            KarafIT.repositories("," + CleanClone.repository() + "@id=examples"),
            systemProperty(FEATURE).value(uri(feature.resolve("target/feature/features.xml"))),
            systemProperty(BUNDLE).value(uri(bundle.resolve("target/com.example.orders-1.0.0.jar"))),
            systemProperty(SETTINGS).value(uri(bundle.resolve("org.slimta.bus.server-shop.cfg")))
        };
    }

    private static String uri(Path path) {
        return path.toUri().toString();
    }

    @Before
    public void installFeature() throws Exception {
        context = FrameworkUtil.getBundle(ExamplesInKarafIT.class).getBundleContext();
        features = context.getService(context.getServiceReference(FeaturesService.class));
        features.addRepository(URI.create(System.getProperty(FEATURE)));
        features.installFeatures(
                Set.of("example-mailbox", "slimta-bus-shell"), EnumSet.noneOf(FeaturesService.Option.class));
    }

    @After
    public void uninstallFeature() throws Exception {
        features.uninstallFeatures(Set.of("example-mailbox/1.0.0"), EnumSet.noneOf(FeaturesService.Option.class));
    }

    private void awaitPrinted(String command, String expected) {
        Await.until(
                command + " prints " + expected,
                () -> "It prints\n" + KarafIT.execute(context, command),
                () -> KarafIT.execute(context, command).contains(expected));
    }

    @Test
    public void oneFeatureBringsWhatAnswersMail() throws Exception {
        Path mail = Files.createTempFile("mail", ".eml");
        try {
            Files.writeString(mail, "From: alice@example.com\r\nTo: bob@example.net\r\n\r\nhello\r\n");
            awaitPrinted("slimta-bus:show mailbox", "com.example.mailbox");
            String sent = KarafIT.execute(context, "slimta-bus:send 127.0.0.1:4028 " + mail);
            assertTrue(sent, sent.contains("250 Mail of alice@example.com taken"));
        } finally {
            Files.delete(mail);
        }
    }

    @Test
    public void aBusWithTypesOfItsOwnHasItsCodecsAndItsHandler() throws Exception {
        Path settings = Path.of(System.getProperty("karaf.etc"), "org.slimta.bus.server-shop.cfg");
        Files.copy(Path.of(URI.create(System.getProperty(SETTINGS))), settings, StandardCopyOption.REPLACE_EXISTING);
        Bundle bundle = context.installBundle(System.getProperty(BUNDLE));
        try {
            bundle.start();
            awaitPrinted("slimta-bus:show shop", "com.example.orders");
            assertEquals(Bundle.ACTIVE, bundle.getState());
            awaitPrinted("slimta-bus:codecs", "example.receipt");
        } finally {
            bundle.uninstall();
            Files.delete(settings);
        }
    }
}
