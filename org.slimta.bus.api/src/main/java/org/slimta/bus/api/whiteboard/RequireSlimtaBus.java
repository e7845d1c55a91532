package org.slimta.bus.api.whiteboard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;
import org.slimta.bus.api.BusConstants;

/**
 * Declares that the bundle needs the provider of the buses, so that a resolver includes it. The requirement has no
 * effect in the framework: the bundle resolves without the provider, and is not refreshed with it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Requirement(
        namespace = "osgi.implementation",
        name = BusConstants.IMPLEMENTATION,
        // Not the element version, which would accept everything below 1.0.
        filter = "(&(version>=" + BusConstants.IMPLEMENTATION_VERSION + ")(!(version>=0.2.0)))",
        effective = "active")
public @interface RequireSlimtaBus {}
