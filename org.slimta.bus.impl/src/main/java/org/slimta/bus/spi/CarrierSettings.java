package org.slimta.bus.spi;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.TlsOptions;

/**
 * The configuration of one bus, from which a carrier reads its own settings. A name that is read is known; of the others, those
 * that look like a misspelled setting are a problem, and the rest are properties of the services of the bus. All problems are
 * collected and reported together; a method that finds one returns the default, or an empty value. Not thread-safe.
 */
@ProviderType
public interface CarrierSettings {

    /**
     * Reads a setting that may be absent.
     *
     * @param name the name of the setting, not null
     * @return its value, or null if it is not set
     */
    String text(String name);

    /**
     * Reads a setting that must be set.
     *
     * @param name the name of the setting, not null
     * @param example a value for the message, not null
     * @return its value, or an empty string if it is not set, which is a problem
     */
    String required(String name, String example);

    /**
     * Reads a setting with several values: an array, a collection, or one text with semicolons.
     *
     * @param name the name of the setting, not null
     * @return its values; empty if it is not set, never null
     */
    List<String> list(String name);

    /**
     * Reads a whole number.
     *
     * @param name the name of the setting, not null
     * @param min the smallest number that is allowed
     * @param defaultValue the number if the setting is not set
     * @return the number, at least the minimum
     */
    int integer(String name, int min, int defaultValue);

    /**
     * Reads a duration with its unit, such as {@code 500ms} or {@code 10s}.
     *
     * @param name the name of the setting, not null
     * @param defaultValue the duration if the setting is not set
     * @return the duration
     */
    Duration duration(String name, Duration defaultValue);

    /**
     * Reads {@code true} or {@code false}.
     *
     * @param name the name of the setting, not null
     * @param defaultValue the value if the setting is not set
     * @return the value
     */
    boolean bool(String name, boolean defaultValue);

    /**
     * Reads the settings of TLS of a client: {@code tls}, {@code tlsTrust} and so on.
     *
     * @return the options; null if TLS is off
     */
    TlsOptions tls();

    /**
     * Adds a problem that only the carrier can find.
     *
     * @param problem a message that names the setting and its value, and says what to do; not null
     */
    void addProblem(String problem);
}
