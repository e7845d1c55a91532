package org.slimta.bus.webconsole;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusRuntime;

/** Offers the page to each Web Console for as long as there is a {@link BusRuntime}. */
@Component(service = {})
public final class WebConsolePage {

    private final Registrations registrations;

    /**
     * Registers the page with the Web Consoles that there are and with those that come later.
     *
     * @param runtime reports what the page shows, not null
     * @param context the context of this bundle, not null
     */
    @Activate
    public WebConsolePage(@Reference BusRuntime runtime, BundleContext context) {
        registrations = new Registrations(context, new Page(runtime));
        registrations.open();
    }

    /** Takes the page away. */
    @Deactivate
    public void close() {
        registrations.close();
    }
}
