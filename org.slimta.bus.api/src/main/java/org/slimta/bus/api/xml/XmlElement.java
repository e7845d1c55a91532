package org.slimta.bus.api.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An element that was read, with all that is in it. Immutable.
 *
 * @param name its name as it was written, not null
 * @param attributes its attributes in the order they were written, not null
 * @param text all character data that stands directly in it, put together; line ends are LF, and the indentation of child
 *     elements is part of it. Not null, empty if there is none.
 * @param children its child elements in order, not null
 */
public record XmlElement(String name, Map<String, String> attributes, String text, List<XmlElement> children) {

    /**
     * Makes an element.
     *
     * @param name its name, not null
     * @param attributes its attributes, copied, not null
     * @param text its text, not null
     * @param children its child elements, copied, not null
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
     * The value of an attribute.
     *
     * @param attribute its name, not null
     * @return the value, or null if it is not set
     */
    public String attribute(String attribute) {
        return attributes.get(attribute);
    }

    /**
     * The first child element of a name.
     *
     * @param child its name, not null
     * @return the element, or null if there is none
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
     * The text of the first child element of a name.
     *
     * @param child its name, not null
     * @return the text, or null if there is no such element
     */
    public String childText(String child) {
        XmlElement element = child(child);
        return element == null ? null : element.text;
    }

    /**
     * The child elements of a name.
     *
     * @param child their name, not null
     * @return the elements in order, perhaps none
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
