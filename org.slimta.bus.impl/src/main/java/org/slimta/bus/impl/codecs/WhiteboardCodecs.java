package org.slimta.bus.impl.codecs;

import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.text.BoundedCause;

/** The codecs that are registered as services. */
@Component(service = Codecs.class, immediate = true)
public final class WhiteboardCodecs extends CodecRegistry {

    private final Rejections rejections;

    /**
     * Creates a registry without codecs.
     *
     * @param rejections records services that cannot be used
     */
    @Activate
    public WhiteboardCodecs(@Reference Rejections rejections) {
        this.rejections = rejections;
    }

    @Reference(
            service = XmlCodec.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCodec",
            updated = "updatedCodec")
    void addCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        String service = Long.toString(id(properties));
        try {
            add(new Rank(ranking(properties), id(properties)), name(properties), codec);
            rejections.remove(Rejections.Kind.CODEC, service);
        } catch (RuntimeException | LinkageError e) {
            rejections.add(
                    Rejections.Kind.CODEC,
                    service,
                    Bundles.nameOf(codec.getClass()),
                    codec.getClass().getName() + ": its type cannot be determined: " + BoundedCause.of(e));
        }
    }

    void updatedCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        addCodec(codec, properties);
    }

    void removeCodec(XmlCodec<?> codec, Map<String, Object> properties) {
        rejections.remove(Rejections.Kind.CODEC, Long.toString(id(properties)));
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
