package org.slimta.bus.api.whiteboard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Component property {@code slimta.bus.whiteboard.target}: the configured buses that a {@code RequestHandler} or
 * {@code BusFilter} service serves, or that a {@code TransactionObserver} service observes.
 */
@ComponentPropertyType
@RequireSlimtaBus
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SlimtaBusWhiteboardTarget {

    /** {@return an LDAP filter on the properties of the buses, such as {@code (slimta.bus.name=relay)}} */
    String value();
}
