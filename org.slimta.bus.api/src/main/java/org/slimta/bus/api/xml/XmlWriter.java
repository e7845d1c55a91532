package org.slimta.bus.api.xml;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes an element in slimta's form: a line for each element, indented by one space a level, as long as there is no text
 * beside its children. What is written is escaped, so that any text survives that XML can hold. Not thread-safe; of use only
 * until {@link XmlCodec#toXml} returns.
 */
@ProviderType
public interface XmlWriter {

    /**
     * Starts an element inside the one that is open.
     *
     * @param name its name, not null
     * @return this
     * @throws IllegalArgumentException if that is not a name in XML
     */
    XmlWriter start(String name);

    /**
     * Sets an attribute of the element just started.
     *
     * @param name its name, not null
     * @param value its value, not null
     * @return this
     * @throws IllegalArgumentException if that is not a name in XML, or the value has characters that XML cannot hold
     * @throws IllegalStateException if the open element has text or children already, or has that attribute
     */
    XmlWriter attribute(String name, String value);

    /**
     * Adds text to the open element. An empty text makes {@code <a></a>} of what would be {@code <a/>}.
     *
     * @param text what to add, not null
     * @return this
     * @throws IllegalArgumentException if it has characters that XML cannot hold
     * @throws IllegalStateException if the open element has children already: text comes first
     */
    XmlWriter text(String text);

    /**
     * Ends the open element.
     *
     * @return this
     * @throws IllegalStateException if none is open that was started with this writer
     */
    XmlWriter end();

    /**
     * Writes an element that has only text.
     *
     * @param name its name, not null
     * @param text its text, not null
     * @return this
     */
    default XmlWriter element(String name, String text) {
        return start(name).text(text).end();
    }
}
