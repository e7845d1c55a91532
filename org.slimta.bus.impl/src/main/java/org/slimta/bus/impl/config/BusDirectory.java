package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.impl.status.Listeners;

/** The ends of the configured buses by their names. Its listeners are told of each change. Thread-safe. */
@Component(service = BusDirectory.class)
public final class BusDirectory {

    private final Map<String, ReceivingEndpoint> intakes = new ConcurrentHashMap<>();
    private final Map<String, BusClient<Object, Object>> clients = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners("configured buses");

    /** Empty. */
    @Activate
    public BusDirectory() {}

    /** Enters the ends that a bus has, the others null; tells whether its name was free. */
    boolean add(String name, ReceivingEndpoint intake, BusClient<Object, Object> client) {
        synchronized (this) {
            if (intake != null && intakes.containsKey(name) || client != null && clients.containsKey(name)) {
                return false;
            }
            if (intake != null) {
                intakes.put(name, intake);
            }
            if (client != null) {
                clients.put(name, client);
            }
        }
        changed();
        return true;
    }

    void remove(String name, ReceivingEndpoint intake, BusClient<Object, Object> client) {
        synchronized (this) {
            if (intake != null) {
                intakes.remove(name, intake);
            }
            if (client != null) {
                clients.remove(name, client);
            }
        }
        changed();
    }

    ReceivingEndpoint intake(String name) {
        return intakes.get(name);
    }

    BusClient<Object, Object> client(String name) {
        return clients.get(name);
    }

    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** Something has changed that others may wait for. */
    void changed() {
        listeners.notifyListeners();
    }
}
