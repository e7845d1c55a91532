package org.slimta.bus.impl.codecs;

import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.xml.XmlCodec;

/** The codecs that are registered as services. */
@Component(service = Codecs.class)
public final class WhiteboardCodecs extends CodecRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(WhiteboardCodecs.class);

    @Reference(
            service = XmlCodec.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCodec",
            updated = "updatedCodec")
    void addCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        try {
            add(new Rank(ranking(properties), id(properties)), name(properties), codec);
        } catch (RuntimeException e) {
            LOG.error("The codec service {} of {} is not used", id(properties), codec.getClass(), e);
        }
    }

    void updatedCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        addCodec(codec, properties);
    }

    void removeCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        remove(id(properties));
    }

    private static String name(Map<String, Object> properties) {
        return properties.get(XmlCodec.TYPE_PROPERTY) instanceof String name ? name : null;
    }

    private static long id(Map<String, Object> properties) {
        return (Long) properties.get(Constants.SERVICE_ID);
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }
}
