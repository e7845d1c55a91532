package org.slimta.bus.shell;

import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slimta.bus.api.runtime.BusRuntime;

/**
 * Makes the Tab key complete the names of buses and the options of the commands in Karaf: adds
 * {@link KarafNamesCommand} to its shell. The shell is looked up by the name of its class, because elsewhere there is
 * no such class.
 */
@Component(service = {})
public final class KarafCompletion {

    private static final String SESSION_FACTORY = "org.apache.karaf.shell.api.console.SessionFactory";

    private final ServiceTracker<Object, Runnable> shells;

    /**
     * Starts to look for the shell.
     *
     * @param context finds the shell, not null
     * @param runtime reports the buses, not null
     */
    @Activate
    public KarafCompletion(BundleContext context, @Reference BusRuntime runtime) {
        BusNames names = new BusNames(runtime);
        shells = new ServiceTracker<>(context, SESSION_FACTORY, new ServiceTrackerCustomizer<>() {
            @Override
            public Runnable addingService(ServiceReference<Object> reference) {
                try {
                    return KarafNamesCommand.addTo(context.getService(reference), names);
                } catch (LinkageError e) {
                    context.ungetService(reference);
                    return null; // Karaf's shell was installed after this bundle, which has to be refreshed.
                }
            }

            @Override
            public void modifiedService(ServiceReference<Object> reference, Runnable remove) {}

            @Override
            public void removedService(ServiceReference<Object> reference, Runnable remove) {
                remove.run();
                context.ungetService(reference);
            }
        });
        shells.open();
    }

    /** Removes the command. */
    @Deactivate
    public void close() {
        shells.close();
    }
}
