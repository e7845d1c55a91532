package org.slimta.bus.api.xml;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes an element in the format of slimta: one line for each element, indented by one space per level, unless an
 * element has text beside its children. Text and values are escaped. Not thread-safe; must not be used after
 * {@link XmlCodec#toXml} has returned.
 */
@ProviderType
public interface XmlWriter {

    /**
     * Starts an element inside the open one.
     *
     * @param name the name of the element, not null
     * @return this
     * @throws IllegalArgumentException if the name is not a valid XML name
     */
    XmlWriter start(String name);

    /**
     * Sets an attribute of the element that was just started.
     *
     * @param name the name of the attribute, not null
     * @param value the value of the attribute, not null
     * @return this
     * @throws IllegalArgumentException if the name is not a valid XML name, or the value has characters that are not
     *     allowed in XML
     * @throws IllegalStateException if the open element already has text, children or an attribute with that name
     */
    XmlWriter attribute(String name, String value);

    /**
     * Adds text to the open element. With an empty text, {@code <a></a>} is written in place of {@code <a/>}.
     *
     * @param text the text, not null
     * @return this
     * @throws IllegalArgumentException if the text has characters that are not allowed in XML
     * @throws IllegalStateException if the open element already has children: text must be written before them
     */
    XmlWriter text(String text);

    /**
     * Ends the open element.
     *
     * @return this
     * @throws IllegalStateException if no element that this writer started is open
     */
    XmlWriter end();

    /**
     * Writes an element that contains only text.
     *
     * @param name the name of the element, not null
     * @param text the text, not null
     * @return this
     */
    default XmlWriter element(String name, String text) {
        return start(name).text(text).end();
    }
}
