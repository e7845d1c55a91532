package org.slimta.bus.webconsole;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.BundleTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the page for each Web Console that is installed, as a servlet of the API that the console uses, for as long as
 * the console is there. Thread-safe.
 */
final class Registrations extends BundleTracker<ServiceRegistration<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
    private static final int RESOLVED = Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

    private final Page page;

    Registrations(BundleContext context, Page page) {
        super(context, RESOLVED, null);
        this.page = page;
    }

    @Override
    public ServiceRegistration<?> addingBundle(Bundle bundle, BundleEvent event) {
        return ServletApi.ofConsole(bundle).map(api -> register(api, bundle)).orElse(null);
    }

    private ServiceRegistration<?> register(ServletApi api, Bundle console) {
        try {
            return context.registerService(api.serviceName(), api.servlet(page), properties());
        } catch (LinkageError e) {
            LOG.error(
                    "The page of the buses cannot be shown by {} {}: no bundle exports a version of {} that it can use",
                    console.getSymbolicName(),
                    console.getVersion(),
                    api.serviceName(),
                    e);
            return null;
        }
    }

    private static Dictionary<String, Object> properties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("felix.webconsole.label", Page.LABEL);
        properties.put("felix.webconsole.title", "Buses");
        properties.put("felix.webconsole.category", "slimta.bus");
        properties.put("felix.webconsole.css", "/" + Page.LABEL + "/page.css");
        return properties;
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, ServiceRegistration<?> registration) {
        registration.unregister();
    }
}
