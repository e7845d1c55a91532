package org.slimta.bus.impl.monitor;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.slimta.bus.impl.status.BoundedLog;

/** Registers MBeans with the MBean server of the platform, which Karaf uses too. Thread-safe. */
public final class MBeans {

    private static final String DOMAIN = "org.slimta.bus:";
    private static final String SPECIAL = ",=:\"*?\n";

    /** Buses of the same kind and name are numbered, but not for ever. */
    private static final int MAX_INSTANCES = 1000;

    private static final BoundedLog LOG = new BoundedLog(MBeans.class);

    private MBeans() {}

    /**
     * A registered MXBean.
     *
     * @param name its name; null if it could not be registered, which is logged
     * @param instance its number among those of the same type and name, from 1
     */
    public record Registered(ObjectName name, int instance) {}

    /**
     * Registers an MXBean.
     *
     * @param bean the bean, not null
     * @param type the value of {@code type} in its name
     * @param name the value of {@code name} in its name, or null for none
     * @param first the first number to try. If another bean has the name already, the next one is tried; from 2 on the
     *     number is in the name, as {@code instance=2}
     * @return what was registered, never null
     */
    public static Registered register(Object bean, String type, String name, int first) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            for (int instance = first; instance < first + MAX_INSTANCES; instance++) {
                ObjectName wanted = objectName(type, name, instance);
                try {
                    return new Registered(server.registerMBean(bean, wanted).getObjectName(), instance);
                } catch (InstanceAlreadyExistsException e) {
                    // Another provider in this JVM, or a bus of the same name: the next number may be free.
                }
            }
        } catch (JMException | RuntimeException e) {
            LOG.failed("Cannot register an MBean for the " + type + " " + name + "; JMX does not show it", e);
        }
        return new Registered(null, first);
    }

    private static ObjectName objectName(String type, String name, int instance) throws MalformedObjectNameException {
        return new ObjectName(DOMAIN + "type=" + type + (name == null ? "" : ",name=" + value(name))
                + (instance == 1 ? "" : ",instance=" + instance));
    }

    private static String value(String name) {
        boolean isPlain = !name.isEmpty() && name.chars().noneMatch(character -> SPECIAL.indexOf(character) >= 0);
        return isPlain ? name : ObjectName.quote(name);
    }

    /**
     * Unregisters an MXBean.
     *
     * @param name its name, or null if it could not be registered
     */
    public static void unregister(ObjectName name) {
        if (name == null) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // Somebody else has unregistered it.
        } catch (JMException | RuntimeException e) {
            LOG.failed("Cannot unregister the MBean " + name, e);
        }
    }
}
