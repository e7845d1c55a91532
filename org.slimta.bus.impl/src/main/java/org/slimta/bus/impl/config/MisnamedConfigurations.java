package org.slimta.bus.impl.config;

import java.io.IOException;
import java.time.Duration;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.impl.status.Rejections;

/**
 * Rejects configurations that nobody uses, and whose PID is nearly that of a kind of bus: otherwise a file with a
 * mistake in its name would be ignored without a word. Thread-safe.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class MisnamedConfigurations implements ConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(MisnamedConfigurations.class);

    /** The delay of a check: a moment may pass until a component that uses the configuration has started. */
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(2);

    /** The name of the file, in configurations of Felix File Install. */
    private static final String FILE_NAME = "felix.fileinstall.filename";

    /** How many are rejected at most. */
    private static final int MAX_REJECTED = 100;

    /**
     * What is wrong with one configuration.
     *
     * @param busName the name of the bus in it, or null
     * @param what what is wrong
     */
    private record Problem(String busName, String what) {

        static Problem of(Configuration configuration, String what) {
            Dictionary<String, Object> properties = configuration.getProperties();
            Object file = properties == null ? null : properties.get(FILE_NAME);
            Object name = properties == null ? null : properties.get(BusConstants.BUS_NAME);
            return new Problem(
                    name == null ? null : Settings.describe(name),
                    file == null ? what : what + " (now it is " + file + ")");
        }
    }

    private final ConfigContext context;
    private final ConfigurationAdmin admin;
    private final ServiceComponentRuntime components;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Set<String> rejected = new HashSet<>(); // PIDs. Guarded by this.
    private boolean closed; // Guarded by this.

    /**
     * Starts to check.
     *
     * @param context what all configured buses share
     * @param admin has the configurations
     * @param components tells which configurations components use
     */
    @Activate
    public MisnamedConfigurations(
            @Reference ConfigContext context,
            @Reference ConfigurationAdmin admin,
            @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.admin = admin;
        this.components = components;
        scheduleCheck();
    }

    /** Does not block. Other configurations than those with a suspicious PID are none of its business. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (PidSpelling.problem(event.getFactoryPid(), event.getPid()) != null) {
            scheduleCheck();
        }
    }

    private void scheduleCheck() {
        if (scheduled.compareAndSet(false, true)) {
            context.executeLater(GRACE_PERIOD, this::check);
        }
    }

    private void check() {
        scheduled.set(false); // Before the check: a change that it does not see schedules another.
        try {
            replace(problems());
        } catch (IOException | InvalidSyntaxException | RuntimeException e) {
            LOG.warn("The configurations could not be searched for mistakes in their PIDs: {}", e.toString());
        }
    }

    /** {@return what is wrong with which PIDs} */
    private Map<String, Problem> problems() throws IOException, InvalidSyntaxException {
        Map<String, Problem> problems = new TreeMap<>();
        Configuration[] all = admin.listConfigurations(null);
        for (Configuration each : all == null ? new Configuration[0] : all) {
            try {
                String problem = PidSpelling.problem(each.getFactoryPid(), each.getPid());
                if (problem != null && problems.size() < MAX_REJECTED && !isUsed(each)) {
                    problems.put(each.getPid(), Problem.of(each, problem));
                }
            } catch (IllegalStateException e) {
                // It was deleted meanwhile.
            }
        }
        return problems;
    }

    /** A kind of bus of another bundle may have such a PID. */
    private boolean isUsed(Configuration configuration) throws InvalidSyntaxException {
        String name = configuration.getFactoryPid() == null ? configuration.getPid() : configuration.getFactoryPid();
        if (PidSpelling.isSingleton(name)) {
            return false;
        }
        String filter = "(" + Constants.SERVICE_PID + "=" + name.replaceAll("[\\\\*()]", "\\\\$0") + ")";
        for (String type :
                new String[] {"org.osgi.service.cm.ManagedService", "org.osgi.service.cm.ManagedServiceFactory"}) {
            if (context.bundleContext().getAllServiceReferences(type, filter) != null) {
                return true;
            }
        }
        return components.getComponentDescriptionDTOs().stream().anyMatch(component -> uses(component, name));
    }

    private static boolean uses(ComponentDescriptionDTO component, String pid) {
        return component.configurationPid != null
                && Stream.of(component.configurationPid).anyMatch(pid::equals);
    }

    private synchronized void replace(Map<String, Problem> problems) {
        if (closed) {
            return;
        }
        rejected.stream().filter(pid -> !problems.containsKey(pid)).forEach(this::accept);
        rejected.clear();
        rejected.addAll(problems.keySet());
        problems.forEach((pid, problem) -> {
            String reason = "no bus is made from it: " + problem.what();
            context.rejections().addConfiguration(pid, problem.busName(), null, reason, List.of(reason));
        });
    }

    private void accept(String pid) {
        context.rejections().remove(Rejections.Kind.CONFIGURATION, pid);
    }

    @Deactivate
    synchronized void close() {
        closed = true;
        rejected.forEach(this::accept);
    }
}
