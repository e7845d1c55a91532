package org.slimta.bus.api.whiteboard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Component property {@code slimta.bus.whiteboard.target}: which configured buses a {@code RequestHandler} or
 * {@code BusFilter} service is for.
 */
@ComponentPropertyType
@RequireSlimtaBus
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SlimtaBusWhiteboardTarget {

    /**
     * An LDAP filter on the properties of the buses.
     *
     * @return the filter, as {@code (slimta.bus.name=relay)}
     */
    String value();
}
