package org.slimta.bus.impl.runtime;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;
import org.slimta.bus.impl.codecs.Bundles;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.whiteboard.Whiteboard;
import org.slimta.bus.impl.whiteboard.WhiteboardService;
import org.slimta.bus.impl.whiteboard.WhiteboardTracker;

/** Reports buses, codecs, handlers, filters and rejections as a snapshot. Does not block. Thread-safe. */
@Component(service = BusRuntime.class, immediate = true)
public final class BusRuntimeService implements BusRuntime, AutoCloseable {

    private static final String VERSION = version();

    private final ProviderResources resources;
    private final Codecs codecs;
    private final Whiteboard whiteboard; // Null on a plain class path.
    private final Rejections rejections;
    private final ProviderMBean mBean;

    /**
     * Creates the service.
     *
     * @param resources lists the open buses, not null
     * @param codecs the codecs, not null
     * @param whiteboard the handlers and filters, not null
     * @param rejections what was rejected, not null
     */
    @Activate
    public BusRuntimeService(
            @Reference ProviderResources resources,
            @Reference Codecs codecs,
            @Reference Whiteboard whiteboard,
            @Reference Rejections rejections) {
        this.resources = resources;
        this.codecs = codecs;
        this.whiteboard = whiteboard;
        this.rejections = rejections;
        this.mBean = new ProviderMBean(this);
    }

    /** Withdraws the MBean of the provider. */
    @Override
    @Deactivate
    public void close() {
        mBean.close();
    }

    /**
     * Creates a report for a plain class path, where no services are registered.
     *
     * @param resources lists the open buses, not null
     * @param codecs the codecs, not null
     * @return the report
     */
    public static BusRuntimeService withoutServices(ProviderResources resources, Codecs codecs) {
        return new BusRuntimeService(resources, codecs, null, new Rejections());
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        RuntimeDTO all = new RuntimeDTO();
        List<BusDTO> buses = resources.buses().report();
        all.buses = buses.toArray(new BusDTO[0]);
        all.codecs = codecs.report().toArray(new CodecDTO[0]);
        all.handlers = services(Whiteboard::handlers)
                .map(service -> handler(service, buses))
                .toArray(HandlerDTO[]::new);
        all.filters = services(Whiteboard::filters)
                .map(service -> filter(service, buses))
                .toArray(FilterDTO[]::new);
        all.version = VERSION;
        all.rejected = rejections.report().toArray(new RejectedDTO[0]);
        return all;
    }

    /** {@return the version of the bundle, or of the jar on a plain class path} */
    private static String version() {
        Class<?> type = BusRuntimeService.class;
        String bundle = Bundles.versionOf(type);
        String jar = type.getPackage().getImplementationVersion();
        return bundle != null ? bundle : Objects.requireNonNullElse(jar, "unknown");
    }

    private Stream<? extends WhiteboardService<?>> services(Function<Whiteboard, WhiteboardTracker<?>> which) {
        return whiteboard == null ? Stream.empty() : which.apply(whiteboard).services().stream();
    }

    private static HandlerDTO handler(WhiteboardService<?> service, List<BusDTO> buses) {
        HandlerDTO dto = new HandlerDTO();
        dto.serviceId = service.id();
        dto.target = service.targetText();
        dto.handlerClass = service.service().getClass().getName();
        dto.bundle = service.bundleName();
        dto.ranking = service.ranking();
        dto.buses = buses.stream()
                .filter(bus -> bus.handler == dto.serviceId)
                .map(bus -> bus.name)
                .toArray(String[]::new);
        return dto;
    }

    private static FilterDTO filter(WhiteboardService<?> service, List<BusDTO> buses) {
        FilterDTO dto = new FilterDTO();
        dto.serviceId = service.id();
        dto.target = service.targetText();
        dto.filterClass = service.service().getClass().getName();
        dto.bundle = service.bundleName();
        dto.ranking = service.ranking();
        dto.buses = buses.stream()
                .filter(bus -> LongStream.of(bus.filters).anyMatch(id -> id == dto.serviceId))
                .map(bus -> bus.name)
                .toArray(String[]::new);
        return dto;
    }
}
