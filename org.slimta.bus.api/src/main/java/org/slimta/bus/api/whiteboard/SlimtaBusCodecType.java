package org.slimta.bus.api.whiteboard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Component property {@code slimta.bus.codec.type}: the name of the type that an {@code XmlCodec} service serves. */
@ComponentPropertyType
@RequireSlimtaBus
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SlimtaBusCodecType {

    /** {@return the name of the type in configurations of buses, such as {@code mail.message}} */
    String value();
}
