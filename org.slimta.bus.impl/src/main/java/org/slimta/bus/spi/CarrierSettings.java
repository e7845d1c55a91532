package org.slimta.bus.spi;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration of one bus, from which a carrier reads its own settings. A name that is read is known; of the others, those
 * that look like a misspelled setting are a problem, and the rest are properties of the services of the bus. All problems are
 * collected and reported together; a method that finds one returns the default, or an empty value. Not thread-safe.
 */
@ProviderType
public interface CarrierSettings {

    /** {@return the value of a setting, or null if it is not set} */
    String text(String name);

    /** {@return the value of a setting that must be set, or an empty string; the example is for the message} */
    String required(String name, String example);

    /** {@return the values of a setting, in an array, a collection, or one text with semicolons; empty if it is not set} */
    List<String> list(String name);

    /** {@return a whole number, at least the minimum} */
    int integer(String name, int min, int defaultValue);

    /** {@return a duration with its unit, such as {@code 500ms} or {@code 10s}} */
    Duration duration(String name, Duration defaultValue);

    /** {@return {@code true} or {@code false}} */
    boolean bool(String name, boolean defaultValue);

    /**
     * Adds a problem that only the carrier can find.
     *
     * @param problem a message that names the setting and its value, and says what to do; not null
     */
    void addProblem(String problem);
}
