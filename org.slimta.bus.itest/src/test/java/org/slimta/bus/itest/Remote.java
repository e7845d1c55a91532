package org.slimta.bus.itest;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A bundle that does in its container what a test in another JVM says. Each line is a command with its arguments, separated by tabs, and is
 * answered by one line. It uses nothing of the bus, so it stays while everything else is replaced.
 */
public final class Remote implements BundleActivator {

    /** The framework property that has the port. */
    static final String PORT = "itest.remote.port";

    private static final String COUNTS = "org.slimta.bus.itest.counts";
    private static final String HANDLED = "org.slimta.bus.itest.handled";

    private BundleContext context;
    private Revisions revisions;
    private ServerSocket socket;

    @Override
    public void start(BundleContext bundleContext) throws Exception {
        context = bundleContext;
        socket = new ServerSocket(Integer.parseInt(context.getProperty(PORT)), 1, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "itest-remote");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void stop(BundleContext bundleContext) throws Exception {
        socket.close();
    }

    private void serve() {
        try (Socket test = socket.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(test.getInputStream(), StandardCharsets.UTF_8));
                PrintStream out = new PrintStream(test.getOutputStream(), true, StandardCharsets.UTF_8)) {
            String line;
            while ((line = in.readLine()) != null) {
                out.println(execute(line.split("\t")));
            }
        } catch (Exception e) {
            // The test has ended, or the bundle is stopped.
        }
    }

    private String execute(String... words) {
        try {
            return String.valueOf(run(words)).replace('\n', ' ');
        } catch (Throwable e) {
            return "failed: " + e.toString().replace('\n', ' ');
        }
    }

    private Object run(String... words) throws Exception {
        switch (words[0]) {
            case "active":
                return Arrays.stream(context.getBundles())
                        .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                        .map(Bundle::getSymbolicName)
                        .toList();
            case "install":
                return new BundleLifecycle(context).install(Path.of(words[1]));
            case "configure":
                return configure(words);
            case "watch":
                revisions = new Revisions(context, words[1].split(","));
                return revisions;
            case "replace":
                revisions.replace(words[1], Path.of(words[2]));
                return "replaced";
            case "left":
                System.gc();
                return revisions.left();
            case "stop":
                new BundleLifecycle(context).find(words[1]).stop();
                return "stopped";
            case "threads":
                return threads(words[1]);
            case "counts":
                return new TreeMap<>((Map<?, ?>) System.getProperties().getOrDefault(COUNTS, Map.of()));
            case "handled":
                return ((Map<?, ?>) System.getProperties().get(HANDLED)).size();
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }

    private Object configure(String... words) throws Exception {
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        Dictionary<String, Object> settings = new Hashtable<>();
        for (String each : List.of(words).subList(2, words.length)) {
            int equals = each.indexOf('=');
            settings.put(each.substring(0, equals), each.substring(equals + 1));
        }
        admin.createFactoryConfiguration(words[1], "?").update(settings);
        return settings;
    }

    private static Object threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
