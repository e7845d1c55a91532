package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.spi.CarrierSettings;

/**
 * The settings of one configuration, as a carrier of another bundle reads them.
 *
 * @param settings the settings
 */
record ReadSettings(Settings settings) implements CarrierSettings {

    @Override
    public String text(String name) {
        return settings.text(name);
    }

    @Override
    public String required(String name, String example) {
        return settings.required(name, example);
    }

    @Override
    public List<String> list(String name) {
        List<String> values = new ArrayList<>();
        settings.list(name, values::addAll);
        return List.copyOf(values);
    }

    @Override
    public int integer(String name, int min, int defaultValue) {
        return settings.integer(name, min, defaultValue);
    }

    @Override
    public Duration duration(String name, Duration defaultValue) {
        return settings.duration(name, defaultValue);
    }

    @Override
    public boolean bool(String name, boolean defaultValue) {
        boolean[] value = {defaultValue};
        settings.bool(name, given -> value[0] = given);
        return value[0];
    }

    @Override
    public TlsOptions tls() {
        TlsOptions[] options = {null};
        TlsOptionsReader.client(settings, given -> options[0] = given);
        return options[0];
    }

    @Override
    public void addProblem(String problem) {
        settings.addProblem(problem);
    }
}
