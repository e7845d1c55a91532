package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.impl.status.Listeners;

/** The ends of the configured buses by name. Its listeners are called after each change. Thread-safe. */
@Component(service = BusDirectory.class)
public final class BusDirectory {

    private final Map<String, ReceivingEndpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<String, BusClient<Object, Object>> clients = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners("configured buses");

    /** Creates an empty directory. */
    @Activate
    public BusDirectory() {}

    /**
     * Adds the ends of a bus. Servers, local buses and chains must have different names, and so must clients and local
     * buses.
     *
     * @param endpoint the receiving end, or null if the bus has none
     * @param client the sending end, or null if the bus has none
     * @return false if another bus has the name; then nothing is added
     */
    boolean add(String name, ReceivingEndpoint endpoint, BusClient<Object, Object> client) {
        synchronized (this) {
            if ((endpoint != null && endpoints.containsKey(name)) || (client != null && clients.containsKey(name))) {
                return false;
            }
            if (endpoint != null) {
                endpoints.put(name, endpoint);
            }
            if (client != null) {
                clients.put(name, client);
            }
        }
        changed();
        return true;
    }

    /** Removes the given ends of a bus; null, and an end that is not in the directory, are ignored. */
    void remove(String name, ReceivingEndpoint endpoint, BusClient<Object, Object> client) {
        synchronized (this) {
            if (endpoint != null) {
                endpoints.remove(name, endpoint);
            }
            if (client != null) {
                clients.remove(name, client);
            }
        }
        changed();
    }

    /** {@return the receiving end of the bus of that name, or null} */
    ReceivingEndpoint endpoint(String name) {
        return endpoints.get(name);
    }

    /** {@return the sending end of the bus of that name, or null} */
    BusClient<Object, Object> client(String name) {
        return clients.get(name);
    }

    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** Calls the listeners, on this thread: something has changed that other buses may wait for. */
    void changed() {
        listeners.notifyListeners();
    }
}
