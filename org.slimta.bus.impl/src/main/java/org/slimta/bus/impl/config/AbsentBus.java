package org.slimta.bus.impl.config;

import java.util.Collection;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.config.NamedBus.End;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.Rejections;

/**
 * Explains why a bus that the setting of another one names cannot be used: whether nobody has configured it, its
 * configuration is rejected, or it waits, and for what.
 *
 * @param buses the configured buses
 * @param rejections what is rejected
 */
record AbsentBus(Collection<NamedBus> buses, Rejections rejections) {

    /**
     * {@return why it cannot be used at the moment, with the setting}
     *
     * @param setting the setting that names it
     * @param name the name of the bus
     * @param end what it is needed for
     */
    String explain(String setting, String name, End end) {
        String wrongKind = null;
        for (NamedBus bus : buses) {
            if (!name.equals(bus.name())) {
                continue;
            }
            if (bus.ends().contains(end)) {
                return "the " + bus.kind() + " " + name + " (setting " + setting + ") " + explain(bus);
            }
            wrongKind = bus.kind();
        }
        String rejected = rejections.ofBus(name);
        if (rejected != null) {
            return "the configuration of the bus " + name + " (setting " + setting + ") is not used: " + rejected;
        }
        String wanted = end == End.RECEIVING ? "server, local bus or chain" : "client or local bus";
        return wrongKind == null
                ? "no " + wanted + " has slimta.bus.name=" + name + " (setting " + setting + ")"
                : "the bus " + name + " (setting " + setting + ") is a " + wrongKind + "; it must be a " + wanted;
    }

    /** What a chain waits for is in its own report: two chains that wait for each other would repeat it for ever. */
    private static String explain(NamedBus bus) {
        BusDTO dto = new BusDTO();
        bus.report(dto);
        if (dto.opened != 0) {
            return "is opening";
        }
        return bus.kind().equals(BusKind.CHAIN.label())
                ? "is not open; it receives " + dto.address
                : "is not open: " + dto.waitingFor;
    }
}
