package org.slimta.bus.webconsole;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleWiring;

/** The API that the servlets of a Web Console implement. */
enum ServletApi {

    /** The API of Felix Web Console 5. */
    JAKARTA("jakarta.servlet") {
        @Override
        Object servlet(Page page) {
            return new JakartaServlet(page);
        }
    },

    /** The API of Felix Web Console 4, and so of Karaf 4.4. */
    JAVAX("javax.servlet") {
        @Override
        Object servlet(Page page) {
            return new JavaxServlet(page);
        }
    };

    private static final String CONSOLE = "org.apache.felix.webconsole";

    private final String inPackage;

    ServletApi(String inPackage) {
        this.inPackage = inPackage;
    }

    /** Creates the servlet; a {@link LinkageError} if this bundle cannot be wired to the API. */
    abstract Object servlet(Page page);

    /** The name of the service of such servlets. */
    String serviceName() {
        return inPackage + ".Servlet";
    }

    /**
     * The API of the Web Console in a bundle; empty if the bundle is no Web Console. A console of one generation can also
     * import the other API, for old or new pages, but does so only dynamically or optionally.
     */
    static Optional<ServletApi> ofConsole(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null
                || wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                        .noneMatch(capability ->
                                CONSOLE.equals(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))) {
            return Optional.empty();
        }
        List<String> imported = wiring.getRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .filter(ServletApi::isMandatory)
                .map(requirement -> requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, ""))
                .toList();
        return Stream.of(values())
                .filter(api -> imported.stream().anyMatch(filter -> filter.contains("=" + api.inPackage + ")")))
                .findFirst();
    }

    private static boolean isMandatory(BundleRequirement requirement) {
        Map<String, String> directives = requirement.getDirectives();
        String resolution = directives.getOrDefault(
                PackageNamespace.REQUIREMENT_RESOLUTION_DIRECTIVE, Constants.RESOLUTION_MANDATORY);
        return resolution.equals(Constants.RESOLUTION_MANDATORY);
    }
}
