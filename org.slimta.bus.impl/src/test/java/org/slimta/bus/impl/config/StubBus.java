package org.slimta.bus.impl.config;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** A bus that carries no requests. */
class StubBus extends ConfiguredBus<ConfiguredBus.BusSettings> {

    private static final String NAME = "stub";

    StubBus(ConfigContext context) {
        super(context, NAME, Map.of("service.pid", NAME));
    }

    @Override
    BusSettings read(Settings properties) {
        BusIdentity identity = new BusIdentity(NAME, null, null, Map.of());
        return () -> identity;
    }

    @Override
    void open(BusSettings settings) throws BusException {}

    @Override
    boolean apply(BusSettings before, BusSettings now) {
        return true;
    }

    @Override
    void closeNow() {}

    @Override
    public Set<End> ends() {
        return Set.of();
    }

    @Override
    TargetedBus target(BusSettings settings) {
        return new TargetedBus(NAME, NAME, Map.of(), EnumSet.noneOf(Kind.class));
    }

    @Override
    void reportDesired(BusSettings settings, BusDTO bus) {}

    @Override
    void reportOpen(BusDTO bus) {
        bus.state = "ready";
    }
}
