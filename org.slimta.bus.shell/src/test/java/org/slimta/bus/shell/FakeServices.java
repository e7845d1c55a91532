package org.slimta.bus.shell;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The part of a service registry that the commands use: services by their properties. */
final class FakeServices {

    private record Service(Map<String, Object> properties, Object object) {}

    private final List<Service> services = new ArrayList<>();
    private final List<ServiceReference<?>> references = new ArrayList<>();
    private int inUse;

    void add(Object object, Map<String, Object> properties) {
        services.add(new Service(properties, object));
        references.add((ServiceReference<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceReference.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getProperty")) {
                        return properties.get(arguments[0]);
                    }
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    /** How many services were got and not released. */
    int inUse() {
        return inUse;
    }

    BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getServiceReferences":
                            return references.isEmpty() ? null : references.toArray(new ServiceReference<?>[0]);
                        case "getService":
                            inUse++;
                            return services.get(indexOf(arguments[0])).object();
                        case "ungetService":
                            inUse--;
                            return true;
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private int indexOf(Object reference) {
        for (int i = 0; i < references.size(); i++) {
            if (references.get(i) == reference) {
                return i;
            }
        }
        throw new IllegalArgumentException();
    }
}
