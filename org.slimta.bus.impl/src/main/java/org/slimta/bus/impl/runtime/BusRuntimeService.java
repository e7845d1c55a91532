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

/** Gathers from all rooms what there is. */
@Component
public final class BusRuntimeService implements BusRuntime {

    private final ProviderResources engine;
    private final Codecs codecs;
    private final Whiteboard whiteboard;
    private final Rejections rejections;

    /**
     * A runtime.
     *
     * @param engine knows the buses
     * @param codecs the codecs
     * @param whiteboard the handlers and filters
     * @param rejections what is wrong
     */
    @Activate
    public BusRuntimeService(
            @Reference ProviderResources engine,
            @Reference Codecs codecs,
            @Reference Whiteboard whiteboard,
            @Reference Rejections rejections) {
        this.engine = engine;
        this.codecs = codecs;
        this.whiteboard = whiteboard;
        this.rejections = rejections;
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        RuntimeDTO all = new RuntimeDTO();
        List<BusDTO> buses = engine.buses().report();
        all.buses = buses.toArray(new BusDTO[0]);
        all.codecs = codecs.report().toArray(new CodecDTO[0]);
        all.handlers = whiteboard.handlers().postings().stream()
                .map(posting -> handler(posting, buses))
                .toArray(HandlerDTO[]::new);
        all.filters = whiteboard.filters().postings().stream()
                .map(posting -> filter(posting, buses))
                .toArray(FilterDTO[]::new);
        all.rejected = rejections.report().toArray(new RejectedDTO[0]);
        return all;
    }

    private static HandlerDTO handler(WhiteboardService<?> posting, List<BusDTO> buses) {
        HandlerDTO dto = new HandlerDTO();
        dto.serviceId = posting.id();
        dto.target = posting.targetText();
        dto.handlerClass = posting.service().getClass().getName();
        dto.bundle = posting.bundleName();
        dto.ranking = posting.ranking();
        dto.buses = buses.stream()
                .filter(bus -> bus.handler == dto.serviceId)
                .map(bus -> bus.name)
                .toArray(String[]::new);
        return dto;
    }

    private static FilterDTO filter(WhiteboardService<?> posting, List<BusDTO> buses) {
        FilterDTO dto = new FilterDTO();
        dto.serviceId = posting.id();
        dto.target = posting.targetText();
        dto.filterClass = posting.service().getClass().getName();
        dto.bundle = posting.bundleName();
        dto.ranking = posting.ranking();
        dto.buses = buses.stream()
                .filter(bus -> LongStream.of(bus.filters).anyMatch(id -> id == dto.serviceId))
                .map(bus -> bus.name)
                .toArray(String[]::new);
        return dto;
    }
}
