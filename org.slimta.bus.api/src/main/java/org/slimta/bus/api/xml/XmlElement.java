package org.slimta.bus.api.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An element that was read, with its contents. Immutable.
 *
 * @param name the name as it was written, not null
 * @param attributes the attributes in the order in which they were written, not null
 * @param text all character data directly inside the element, concatenated; line ends are LF, and the indentation of
 *     child elements is included. Not null, empty if there is none.
 * @param children the child elements in order, not null
 */
public record XmlElement(String name, Map<String, String> attributes, String text, List<XmlElement> children) {

    /**
     * Creates an element.
     *
     * @param name the name, not null
     * @param attributes the attributes, not null; copied
     * @param text the text, not null
     * @param children the child elements, not null; copied
     */
    public XmlElement {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
        attributes = attributes.size() < 2
                ? Map.copyOf(attributes)
                : Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        children = List.copyOf(children);
    }

    /**
     * Returns the value of an attribute.
     *
     * @param attribute the name of the attribute, not null
     * @return the value, or null if the element does not have the attribute
     */
    public String attribute(String attribute) {
        return attributes.get(attribute);
    }

    /**
     * Returns the first child element with the given name.
     *
     * @param child the name, not null
     * @return the child element, or null if there is none
     */
    public XmlElement child(String child) {
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).name.equals(child)) {
                return children.get(i);
            }
        }
        return null;
    }

    /**
     * Returns the text of the first child element with the given name.
     *
     * @param child the name, not null
     * @return the text, or null if there is no such element
     */
    public String childText(String child) {
        XmlElement element = child(child);
        return element == null ? null : element.text;
    }

    /**
     * Returns the child elements with the given name.
     *
     * @param child the name, not null
     * @return the elements in order, unmodifiable, never null; may be empty
     */
    public List<XmlElement> children(String child) {
        List<XmlElement> found = new ArrayList<>(children.size());
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).name.equals(child)) {
                found.add(children.get(i));
            }
        }
        return Collections.unmodifiableList(found);
    }
}
