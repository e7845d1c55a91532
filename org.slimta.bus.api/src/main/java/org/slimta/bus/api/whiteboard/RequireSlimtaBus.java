package org.slimta.bus.api.whiteboard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;
import org.slimta.bus.api.BusConstants;

/**
 * Says that the bundle needs the provider of the buses, so that a resolver finds it. In the framework it has no effect: the
 * bundle resolves without, and is not refreshed when the provider is.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Requirement(
        namespace = "osgi.implementation",
        name = BusConstants.IMPLEMENTATION,
        version = BusConstants.IMPLEMENTATION_VERSION,
        effective = "active")
public @interface RequireSlimtaBus {}
