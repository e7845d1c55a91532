package org.slimta.bus.impl.config;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.factory.Engine;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.transaction.Workers;
import org.slimta.bus.impl.whiteboard.Lack;
import org.slimta.bus.impl.whiteboard.Whiteboard;

/** What all configured buses of one provider stand on. */
@Component(service = Foundation.class)
public final class Foundation {

    private final BundleContext context;
    private final Engine engine;
    private final Codecs codecs;
    private final Whiteboard whiteboard;
    private final Directory directory;
    private final Rejections rejections;
    private final Workers configuring;

    /**
     * All together.
     *
     * @param context of the provider
     * @param engine the threads and sockets
     * @param codecs the codecs
     * @param whiteboard the handlers and filters
     * @param directory the configured buses
     * @param rejections what is wrong
     */
    @Activate
    public Foundation(
            BundleContext context,
            @Reference Engine engine,
            @Reference Codecs codecs,
            @Reference Whiteboard whiteboard,
            @Reference Directory directory,
            @Reference Rejections rejections) {
        this.context = context;
        this.engine = engine;
        this.codecs = codecs;
        this.whiteboard = whiteboard;
        this.directory = directory;
        this.rejections = rejections;
        this.configuring = engine.threads().newWorkers("slimta-bus-configuring-", 1);
    }

    @Deactivate
    void close() {
        configuring.close();
    }

    /** Opens and closes something, which may take its time; not on the threads that transactions need. */
    void configure(Runnable task) {
        configuring.execute(task);
    }

    BundleContext context() {
        return context;
    }

    Engine engine() {
        return engine;
    }

    Codecs codecs() {
        return codecs;
    }

    Whiteboard whiteboard() {
        return whiteboard;
    }

    Directory directory() {
        return directory;
    }

    /** Whether there are codecs of these types, of those that are not null. */
    boolean hasCodecs(String... types) {
        return missingCodec(types) == null;
    }

    /** What to say of a type without a codec, or null if there is none. */
    String missingCodec(String... types) {
        for (String type : types) {
            if (type != null && codecs.named(type).isEmpty()) {
                return Lack.ofCodec(type).message();
            }
        }
        return null;
    }

    Rejections rejections() {
        return rejections;
    }
}
