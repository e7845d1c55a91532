package org.slimta.bus.impl.runtime;

import java.util.List;
import java.util.stream.LongStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.whiteboard.Whiteboard;
import org.slimta.bus.impl.whiteboard.WhiteboardService;

/** Reports buses, codecs, handlers, filters and rejections as a snapshot. Does not block. Thread-safe. */
@Component
public final class BusRuntimeService implements BusRuntime {

    private final ProviderResources resources;
    private final Codecs codecs;
    private final Whiteboard whiteboard;
    private final Rejections rejections;

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
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        RuntimeDTO all = new RuntimeDTO();
        List<BusDTO> buses = resources.buses().report();
        all.buses = buses.toArray(new BusDTO[0]);
        all.codecs = codecs.report().toArray(new CodecDTO[0]);
        all.handlers = whiteboard.handlers().services().stream()
                .map(service -> handler(service, buses))
                .toArray(HandlerDTO[]::new);
        all.filters = whiteboard.filters().services().stream()
                .map(service -> filter(service, buses))
                .toArray(FilterDTO[]::new);
        all.rejected = rejections.report().toArray(new RejectedDTO[0]);
        return all;
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
