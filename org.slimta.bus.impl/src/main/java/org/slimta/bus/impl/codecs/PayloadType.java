package org.slimta.bus.impl.codecs;

import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.xml.XmlCodec;

/**
 * The type of the objects of one direction: a class, or whatever the codec with a given name creates, so that the class
 * may be installed later and replaced. Immutable.
 *
 * @param <T> the type
 */
public abstract class PayloadType<T> {

    private PayloadType() {}

    /**
     * Returns the type of a class.
     *
     * @param <T> the type
     * @param type the class
     * @return the type
     */
    public static <T> PayloadType<T> of(Class<T> type) {
        return new OfClass<>(Objects.requireNonNull(type, "type"));
    }

    /**
     * Returns the type of the objects of a named codec.
     *
     * @param name the {@value XmlCodec#TYPE_PROPERTY} of the codec
     * @return the type
     */
    public static PayloadType<Object> named(String name) {
        return new Named(Objects.requireNonNull(name, "name"));
    }

    /** Returns the codec to decode with, or null if there is none now. */
    abstract XmlCodec<?> find(Codecs codecs);

    /** Returns the value cast to this type, or null if it is not of this type. */
    abstract T cast(Object value, XmlCodec<?> codec);

    /** Returns the class of the values, or null if only codecs know it. */
    abstract Class<?> objectClass();

    /** {@return the name to display: that of the class or of the codec} */
    @Override
    public abstract String toString();

    private static final class OfClass<T> extends PayloadType<T> {

        private final Class<T> type;

        OfClass(Class<T> type) {
            this.type = type;
        }

        @Override
        XmlCodec<?> find(Codecs codecs) {
            return codecs.find(type);
        }

        @Override
        T cast(Object value, XmlCodec<?> codec) {
            return type.isInstance(value) ? type.cast(value) : null;
        }

        @Override
        Class<?> objectClass() {
            return type;
        }

        @Override
        public String toString() {
            return type.getName();
        }
    }

    private static final class Named extends PayloadType<Object> {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        XmlCodec<?> find(Codecs codecs) {
            List<XmlCodec<?>> named = codecs.named(name);
            return named.isEmpty() ? null : named.get(0);
        }

        @Override
        Object cast(Object value, XmlCodec<?> codec) {
            return codec.type().isInstance(value) ? value : null;
        }

        @Override
        Class<?> objectClass() {
            return null;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
