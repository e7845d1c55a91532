package org.slimta.bus.api.xml;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Writes objects of one type as an XML element with attachments, and reads them back. Implementations must be
 * thread-safe.
 *
 * <p>In an OSGi container a codec is a service; its property {@value #TYPE_PROPERTY} is the name of its type in
 * configurations, such as {@code mail.message}. The service may be registered, replaced and unregistered while buses
 * run. If there are several for one type, the one with the highest {@code service.ranking} serves it. An object whose
 * class has no codec is written by the codec of its nearest supertype.
 *
 * @param <T> the type of the objects
 */
@ConsumerType
public interface XmlCodec<T> {

    /** The service property that names the type: {@value}. */
    String TYPE_PROPERTY = "slimta.bus.codec.type";

    /** {@return the class of the objects that this codec writes and reads; always the same, never null} */
    Class<T> type();

    /**
     * Writes an object as one element.
     *
     * @param value the object, not null
     * @param xml the writer for exactly one element with its contents, not null
     * @param attachments the list to add content to that should not be in the XML, such as binary data; not null. By
     *     convention the number that {@link Attachments#add} returns is the value of the attribute {@code part}.
     * @throws IOException if an attachment cannot be created. This and every unchecked exception fails the transaction
     *     with {@link org.slimta.bus.api.BusException.Reason#CODEC}.
     */
    void toXml(T value, XmlWriter xml, Attachments attachments) throws IOException;

    /**
     * Reads an object from an element. A codec should ignore attributes and child elements that it does not know.
     *
     * @param element the element, not null
     * @param attachments the attachments of the whole frame, not null
     * @return the object, not null
     * @throws IOException if an attachment cannot be read. This and every unchecked exception fails the transaction
     *     with {@link org.slimta.bus.api.BusException.Reason#CODEC}.
     */
    T fromXml(XmlElement element, Attachments attachments) throws IOException;
}
