package org.slimta.bus.api.xml;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns objects of one type into an XML element with attachments, and back. Must be thread-safe.
 *
 * <p>In an OSGi container a codec is a service, with the property {@value #TYPE_PROPERTY} naming its type for
 * configurations ({@code mail.message}). It may come, be replaced and leave while buses run. Of several for one type the
 * highest {@code service.ranking} serves; a value whose class has no codec of its own is written by that of its nearest
 * supertype.
 *
 * @param <T> the type of the objects
 */
@ConsumerType
public interface XmlCodec<T> {

    /** The service property that names the type: {@value}. */
    String TYPE_PROPERTY = "slimta.bus.codec.type";

    /**
     * The type that this codec reads and writes.
     *
     * @return always the same, never null
     */
    Class<T> type();

    /**
     * Writes a value as one element.
     *
     * @param value what to write, not null
     * @param xml where to write exactly one element, with all that is in it; not null
     * @param attachments where to add what is better not XML; the number that {@link Attachments#add} returns goes into the
     *     attribute {@code part}, as a custom; not null
     * @throws IOException if an attachment cannot be made. This and every unchecked exception fails the transaction with
     *     {@code CODEC}.
     */
    void toXml(T value, XmlWriter xml, Attachments attachments) throws IOException;

    /**
     * Reads a value from an element. What it does not know in it, it should ignore.
     *
     * @param element the element that stands for the value, not null
     * @param attachments the attachments of the whole frame, not null
     * @return the value, not null
     * @throws IOException if an attachment cannot be read. This and every unchecked exception fails the transaction with
     *     {@code CODEC}.
     */
    T fromXml(XmlElement element, Attachments attachments) throws IOException;
}
