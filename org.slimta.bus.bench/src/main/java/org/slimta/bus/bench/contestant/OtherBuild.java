package org.slimta.bus.bench.contestant;

import java.util.Set;
import org.slimta.bus.bench.work.Ability;

/** One of our contestants from another build. It is only described here; its JVMs run the other build. */
final class OtherBuild implements Contestant {

    private final Contestant ours;
    private final String name;

    OtherBuild(Contestant ours, String name) {
        this.ours = ours;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String about() {
        return ours.name() + " of the other build";
    }

    @Override
    public String missing() {
        return ours.missing();
    }

    @Override
    public Set<Ability> abilities() {
        return ours.abilities();
    }
}
